//! The stream of samples, connected again and again.

use std::pin::pin;

use futures::{
    StreamExt,
    channel::mpsc::UnboundedReceiver,
    future::{Either, select},
};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use web_sys::js_sys::Math;

use super::{backoff::Backoff, version, window};
use crate::{
    telemetry::{Snapshot, Timestamp},
    ui::store::{Link, Store, Verdict, judge},
};

/// How long a server may take to its first message.
const CONNECT_TIMEOUT_MS: f64 = 10_000.0;
const SECOND_MS: u32 = 1000;

/// How a server closes a socket that it has no room for (RFC 6455, 7.4.2),
const TRY_AGAIN_LATER: u16 = 1013;
/// and one of a reader who has not signed in, or not lately.
const POLICY: u16 = 1008;

/// What is known about the data on the page; times by the browser's steady clock.
struct Freshness {
    /// Arrival of the last message on this connection.
    message: f64,
    /// Arrival of the last new sample, on any connection.
    sample: Option<f64>,
    /// The newest sample.
    newest: Timestamp,
    /// Milliseconds between two samples.
    interval: f64,
    /// The server had no room at the last attempt.
    full: bool,
}

/// Feeds the store for ever. `wakes` cuts a wait short.
pub(super) async fn run(store: Store, mut wakes: UnboundedReceiver<()>) {
    let mut backoff = Backoff::new();
    let mut freshness =
        Freshness { message: 0.0, sample: None, newest: Timestamp::default(), interval: 1000.0, full: false };
    loop {
        session(store, &mut backoff, &mut freshness).await;
        // What was asked for before this wait has had its attempt.
        while wakes.try_recv().is_ok() {}
        wait(store, backoff.next(Math::random()), &freshness, &mut wakes).await;
    }
}

/// One connection, until it ends.
async fn session(store: Store, backoff: &mut Backoff, freshness: &mut Freshness) {
    let Some(url) = window::socket_url() else { return };
    let Ok(mut socket) = WebSocket::open(&url) else { return };
    let deadline = window::now() + CONNECT_TIMEOUT_MS;
    let mut open = false;
    freshness.full = false;
    loop {
        match select(socket.next(), pin!(TimeoutFuture::new(SECOND_MS))).await {
            Either::Left((Some(Ok(Message::Text(text))), _)) => {
                // What cannot be read counts as silence.
                if let Some(snapshot) = Snapshot::read(&text) {
                    if !open {
                        open = true;
                        backoff.reset();
                    }
                    let time = snapshot.timestamp.millis();
                    freshness.take(store, snapshot);
                    store.record(time, text);
                }
            }
            // The first error is the end; dropping the socket closes it.
            Either::Left((Some(Err(WebSocketError::ConnectionClose(close))), _)) => {
                freshness.full = close.code == TRY_AGAIN_LATER;
                if close.code == POLICY {
                    // In the page's place there is one to sign in by.
                    version::sign_in();
                }
                return;
            }
            Either::Left((Some(Err(_)) | None, _)) => return,
            Either::Left((Some(Ok(Message::Bytes(_))), _)) | Either::Right(_) => {}
        }
        if open {
            if !freshness.report(store) {
                return;
            }
        } else {
            store.tell(freshness.waiting(store, 0));
            if window::now() > deadline {
                return;
            }
        }
    }
}

impl Freshness {
    fn take(&mut self, store: Store, snapshot: Snapshot) {
        self.message = window::now();
        if let Some(server) = &snapshot.server {
            version::check(server);
            #[expect(clippy::cast_precision_loss, reason = "milliseconds between samples")]
            let interval = server.poll_interval_ms as f64;
            self.interval = interval;
        }
        // Another time is news even if it is earlier: the server's clock may be set.
        if snapshot.timestamp != self.newest || self.sample.is_none() {
            self.newest = snapshot.timestamp;
            self.sample = Some(self.message);
        }
        store.apply(snapshot);
    }

    /// Shows state and age; false where the connection is dead.
    fn report(&self, store: Store) -> bool {
        let now = window::now();
        let since_sample = self.sample.map_or(0.0, |sample| now - sample);
        let age = self.age().unwrap_or_default();
        let link = match judge(now - self.message, since_sample, self.interval) {
            Verdict::Live => Link::Live { age },
            Verdict::Stale => Link::Stale { age },
            Verdict::Dead => return false,
        };
        store.tell(link);
        true
    }

    /// The link while there is none: the very first attempt is no reconnection.
    fn waiting(&self, store: Store, in_seconds: u32) -> Link {
        match store.link.get_untracked() {
            Link::Connecting if in_seconds == 0 => Link::Connecting,
            _ => Link::Reconnecting { in_seconds, age: self.age(), full: self.full },
        }
    }

    /// Whole seconds since the last new sample came in, rounded up.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    fn age(&self) -> Option<u32> {
        // A timer that fires a little late must not cost a second.
        const SLACK_MS: f64 = 300.0;
        let age = |sample: f64| ((window::now() - sample - SLACK_MS) / 1000.0).ceil().max(1.0) as u32;
        self.sample.map(age)
    }
}

/// Counts down, until the time is over or somebody asks to connect at once.
async fn wait(store: Store, delay_ms: f64, freshness: &Freshness, wakes: &mut UnboundedReceiver<()>) {
    let end = window::now() + delay_ms;
    loop {
        let left = end - window::now();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 19 s")]
        let (seconds, step) = ((left / 1000.0).ceil().max(0.0) as u32, left.clamp(0.0, 1000.0) as u32);
        store.tell(freshness.waiting(store, seconds));
        if left < 1.0 {
            return;
        }
        if let Either::Left(_) = select(wakes.next(), pin!(TimeoutFuture::new(step))).await {
            store.tell(freshness.waiting(store, 0));
            return;
        }
    }
}
