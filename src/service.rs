//! Speaks with systemd, where that started the program.

use std::time::Duration;

use sd_notify::NotifyState;

/// Tells that requests are answered, and from then on that they still are.
pub(super) fn ready() {
    tell(NotifyState::Ready);
    if let Some(limit) = sd_notify::watchdog_enabled() {
        tokio::spawn(keep_alive(limit / 2));
    }
}

/// Tells that the server goes.
pub(super) fn stopping() {
    tell(NotifyState::Stopping);
}

/// From the threads that serve: where these hang, systemd starts the server again. A
/// driver that hangs is no reason for that: the page goes on telling so.
async fn keep_alive(every: Duration) {
    let mut beat = tokio::time::interval(every);
    loop {
        beat.tick().await;
        tell(NotifyState::Watchdog);
    }
}

/// Does nothing where there is no systemd.
fn tell(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!("systemd cannot be told: {error}");
    }
}
