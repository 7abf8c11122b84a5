//! The demo's scene of restarts, as sockets see it.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::{Feed, scene::Sockets};

/// How long a client hears nothing before it is sent away: a server that is starting is
/// slow to answer.
const SILENCE: Duration = Duration::from_secs(2);

/// Waits until sockets are served, but not for long. Whether they are.
pub(super) async fn is_over(feed: &Feed) -> bool {
    timeout(SILENCE, until(feed, true)).await.is_ok()
}

/// Completes when sockets are served no more.
pub(super) async fn begins(feed: &Feed) {
    until(feed, false).await;
}

async fn until(feed: &Feed, served: bool) {
    let mut scenes = feed.scenes();
    loop {
        let scene = *scenes.borrow_and_update();
        let sockets = scene.map_or(Sockets::Up(None), |scene| scene.sockets(Instant::now()));
        if matches!(sockets, Sockets::Up(_)) == served {
            return;
        }
        let changed = async {
            if scenes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        match sockets {
            Sockets::Up(None) => changed.await,
            // Either way there is something to look at.
            Sockets::Up(Some(left)) | Sockets::Down(left) => _ = timeout(left, changed).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{collect::DemoScenario, server::Scene, telemetry::Snapshot};

    /// Long enough for what comes at once.
    const SOON: Duration = Duration::from_secs(30);

    fn play(feed: &Feed, scenario: DemoScenario, seconds: u64) {
        let now = Instant::now();
        let since = now.checked_sub(Duration::from_secs(seconds)).unwrap();
        feed.open_scene(Scene { scenario, since }, Snapshot::default(), now);
    }

    #[tokio::test]
    async fn sockets_fall_and_are_held_until_another_scene_is_played() {
        let feed = Feed::new(Duration::from_secs(1), 5, false);
        assert!(is_over(&feed).await, "all is real");
        play(&feed, DemoScenario::Restart, 0);
        assert!(is_over(&feed).await);
        // Twenty seconds into it.
        play(&feed, DemoScenario::Restart, 21);
        timeout(SOON, begins(&feed)).await.unwrap();
        let (over, ()) = tokio::join!(is_over(&feed), async { play(&feed, DemoScenario::Work, 0) });
        assert!(over, "whoever waits is served at once");
    }

    #[tokio::test]
    async fn nobody_waits_for_long() {
        let feed = Feed::new(Duration::from_secs(1), 5, false);
        play(&feed, DemoScenario::Restart, 21);
        assert!(!is_over(&feed).await);
    }
}
