//! The latest sample and the last minute, for everybody who asks.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::watch;

use super::{
    Pace, Scene,
    metrics::{XidKey, Xids},
};
use crate::telemetry::{Attempt, Event, History, ServerInfo, Snapshot};

/// One sample, encoded at most once, however many clients get it, and not at
/// all while nobody asks.
#[derive(Debug)]
pub struct Frame {
    /// The sample.
    pub snapshot: Snapshot,
    /// When it came in.
    pub received: Instant,
    text: OnceLock<Utf8Bytes>,
}

impl Frame {
    /// The whole payload in JSON.
    pub fn text(&self) -> Utf8Bytes {
        self.text.get_or_init(|| encode(&self.snapshot)).clone()
    }
}

/// A snapshot holds strings, numbers and maps with string keys: nothing that
/// JSON cannot say. An empty object would say so if that ever changed.
fn encode(snapshot: &Snapshot) -> Utf8Bytes {
    serde_json::to_string(snapshot).unwrap_or_else(|_| "{}".to_owned()).into()
}

/// Takes samples in from the sampler's thread and hands them out. Newest wins:
/// there is no queue, neither here nor per client.
#[derive(Debug)]
pub struct Feed {
    info: ServerInfo,
    latest: Mutex<Latest>,
    sent: watch::Sender<Option<Arc<Frame>>>,
    scene: watch::Sender<Option<Scene>>,
    /// Frames that were sent to all clients.
    published: AtomicU64,
    /// Messages to single clients: sent, and left out because the client was too slow.
    delivered: AtomicU64,
    skipped: AtomicU64,
}

/// What the server has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Samples taken.
    pub taken: u64,
    /// What the latest of them took.
    pub took: Option<Duration>,
    /// Messages sent, each to one client.
    pub sent: u64,
    /// Messages that clients were too slow to get.
    pub skipped: u64,
}

#[derive(Debug)]
struct Latest {
    frame: Option<Arc<Frame>>,
    /// When a source last told about GPUs, and what the one before that said.
    answered: Option<Instant>,
    history: History,
    /// How many scenes of the demo have begun.
    scenes: usize,
    /// First message for a new client, of the same sample as `frame`.
    hello: Option<Utf8Bytes>,
    pace: Pace,
    taken: u64,
    took: Option<Duration>,
    xids: Xids,
}

impl Feed {
    /// An empty feed that sends at most `hertz` messages per second to a client.
    /// `forced`: the operator has set the source.
    #[must_use]
    pub fn new(poll_interval: Duration, hertz: u32, forced: bool) -> Self {
        let poll_interval_ms = u64::try_from(poll_interval.as_millis()).unwrap_or(u64::MAX);
        Self {
            info: ServerInfo {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                poll_interval_ms,
                forced,
                demo: None,
            },
            latest: Mutex::new(Latest {
                frame: None,
                answered: None,
                history: History::default(),
                scenes: 0,
                hello: None,
                pace: Pace::new(hertz),
                taken: 0,
                took: None,
                xids: Xids::default(),
            }),
            sent: watch::channel(None).0,
            scene: watch::channel(None).0,
            published: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
        }
    }

    /// Takes a sample in. It reaches the clients unless the rate is used up or
    /// it says nothing new.
    pub fn publish(&self, snapshot: Snapshot, received: Instant) {
        self.take(self.lock(), snapshot, received);
    }

    /// Takes in the first sample of another scene of the demo, which has nothing to do
    /// with what was before.
    pub fn open_scene(&self, scene: Scene, snapshot: Snapshot, received: Instant) {
        let mut latest = self.lock();
        latest.answered = None;
        latest.history = History::default();
        latest.scenes += 1;
        latest.pace.restart();
        self.scene.send_replace(Some(scene));
        self.take(latest, snapshot, received);
    }

    fn take(&self, mut latest: MutexGuard<'_, Latest>, snapshot: Snapshot, received: Instant) {
        latest.history.push(&snapshot);
        latest.taken += 1;
        latest.xids.count(&snapshot.events);
        if snapshot.provider.is_some() {
            latest.answered = Some(received);
        }
        let news = match &*self.sent.borrow() {
            Some(sent) => !snapshot.says_the_same_as(&sent.snapshot),
            None => true,
        };
        let frame = Arc::new(Frame { snapshot, received, text: OnceLock::new() });
        latest.frame = Some(Arc::clone(&frame));
        latest.hello = None;
        if news && latest.pace.admit(received) {
            drop(latest);
            self.send(frame);
        }
    }

    fn send(&self, frame: Arc<Frame>) {
        self.published.fetch_add(1, Relaxed);
        self.sent.send_replace(Some(frame));
    }

    /// Notes how long the latest sample took.
    pub fn note_duration(&self, took: Duration) {
        self.lock().took = Some(took);
    }

    /// How many frames have been sent to all clients.
    pub fn published(&self) -> u64 {
        self.published.load(Relaxed)
    }

    /// Notes a message that a client got, and how many it was too slow for before.
    pub fn note_delivery(&self, skipped: u64) {
        self.delivered.fetch_add(1, Relaxed);
        self.skipped.fetch_add(skipped, Relaxed);
    }

    /// What has been done so far.
    pub fn counts(&self) -> Counts {
        let latest = self.lock();
        Counts {
            taken: latest.taken,
            took: latest.took,
            sent: self.delivered.load(Relaxed),
            skipped: self.skipped.load(Relaxed),
        }
    }

    /// XID errors so far: GPU, number, how often.
    pub fn xids(&self) -> Vec<(XidKey, u64)> {
        self.lock().xids.all()
    }

    /// Tells why there is no new sample: the latest one is sent again, at its old
    /// time, with that. Nothing is told before the first sample.
    pub fn announce(&self, attempt: Attempt, events: Vec<Event>) {
        let mut latest = self.lock();
        let Some(frame) = &latest.frame else { return };
        let mut snapshot = Snapshot { events, ..frame.snapshot.clone() };
        snapshot.sources.retain(|other| other.provider != attempt.provider);
        snapshot.sources.push(attempt);
        let frame = Arc::new(Frame { snapshot, received: frame.received, text: OnceLock::new() });
        latest.frame = Some(Arc::clone(&frame));
        latest.hello = None;
        drop(latest);
        self.send(frame);
    }

    /// The latest sample, sent or not.
    pub fn latest(&self) -> Option<Arc<Frame>> {
        self.lock().frame.clone()
    }

    /// When a source last told about GPUs.
    pub fn answered(&self) -> Option<Instant> {
        self.lock().answered
    }

    /// The next message for a client: the latest sample. The first one of a scene, and
    /// where all is real the first one at all, has the last minute with it and what a
    /// client must know about the server. `greeted` tells them apart: `None` at first.
    pub fn next(&self, greeted: &mut Option<usize>) -> Option<Utf8Bytes> {
        let mut latest = self.lock();
        if *greeted != Some(latest.scenes) {
            let hello = self.hello(&mut latest)?;
            *greeted = Some(latest.scenes);
            return Some(hello);
        }
        let frame = latest.frame.clone()?;
        drop(latest);
        Some(frame.text())
    }

    fn hello(&self, latest: &mut Latest) -> Option<Utf8Bytes> {
        if latest.hello.is_none() {
            let snapshot = Snapshot {
                history: Some(latest.history.clone()),
                server: Some(self.told()),
                ..latest.frame.as_ref()?.snapshot.clone()
            };
            latest.hello = Some(encode(&snapshot));
        }
        latest.hello.clone()
    }

    /// What a page is drawn from: the latest sample, without its history, which
    /// comes with the socket.
    pub fn seed(&self) -> Snapshot {
        let snapshot = self.latest().map(|frame| frame.snapshot.clone()).unwrap_or_default();
        Snapshot { server: Some(self.told()), ..snapshot }
    }

    /// What a client must know about the server now.
    fn told(&self) -> ServerInfo {
        ServerInfo { demo: self.scene.borrow().map(Scene::told), ..self.info.clone() }
    }

    /// The scene that the demo plays, and each change of it; `None` where all is real.
    pub fn scenes(&self) -> watch::Receiver<Option<Scene>> {
        self.scene.subscribe()
    }

    /// Tells of each sample that is sent.
    pub fn subscribe(&self) -> watch::Receiver<Option<Arc<Frame>>> {
        self.sent.subscribe()
    }

    /// How many clients listen.
    pub fn clients(&self) -> usize {
        self.sent.receiver_count()
    }

    /// Facts about the server.
    pub const fn info(&self) -> &ServerInfo {
        &self.info
    }

    /// A thread that panicked cannot have left a half-made value behind: each
    /// change above is one assignment.
    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        collect::DemoScenario,
        telemetry::{Gpu, Provider, Timestamp},
    };

    fn sample(millis: u64, utilization: u32) -> Snapshot {
        Snapshot {
            timestamp: Timestamp::from_millis(millis),
            provider: Some(Provider::Nvml),
            gpus: vec![Gpu { utilization: Some(utilization), ..Gpu::default() }],
            ..Snapshot::default()
        }
    }

    #[test]
    fn what_says_nothing_new_is_not_sent_but_is_the_latest() {
        let feed = Feed::new(Duration::from_secs(1), 5, false);
        let mut sent = feed.subscribe();
        let start = Instant::now();
        for (second, utilization, news) in [(0, 7, true), (1, 7, false), (2, 8, true), (3, 8, false)] {
            feed.publish(sample(second * 1000, utilization), start + Duration::from_secs(second));
            assert_eq!(sent.has_changed().unwrap(), news, "{second}");
            sent.mark_unchanged();
            assert_eq!(feed.latest().unwrap().snapshot.timestamp.millis(), second * 1000);
        }
    }

    #[test]
    fn a_change_that_the_rate_held_back_is_sent_with_the_next_sample() {
        let feed = Feed::new(Duration::from_millis(100), 1, false);
        let mut sent = feed.subscribe();
        let start = Instant::now();
        feed.publish(sample(0, 1), start);
        sent.mark_unchanged();
        feed.publish(sample(100, 2), start + Duration::from_millis(100));
        assert!(!sent.has_changed().unwrap());
        feed.publish(sample(1000, 2), start + Duration::from_millis(1000));
        assert!(sent.has_changed().unwrap());
    }

    #[test]
    fn a_sample_is_encoded_once_for_all() {
        let feed = Feed::new(Duration::from_secs(1), 5, false);
        feed.publish(sample(0, 1), Instant::now());
        let (one, two) = (feed.latest().unwrap().text(), feed.latest().unwrap().text());
        assert_eq!(one.as_ptr(), two.as_ptr());
        let hello = || feed.next(&mut None).unwrap().as_ptr();
        assert_eq!(hello(), hello());
    }

    #[test]
    fn the_first_message_is_a_sample_with_the_last_minute() {
        let feed = Feed::new(Duration::from_millis(250), 5, true);
        assert!(feed.next(&mut None).is_none());
        feed.publish(sample(0, 1), Instant::now());
        feed.publish(sample(1000, 1), Instant::now());
        let mut greeted = None;
        let hello: Snapshot = serde_json::from_str(&feed.next(&mut greeted).unwrap()).unwrap();
        assert!(!feed.next(&mut greeted).unwrap().contains("history"));
        assert_eq!(hello.timestamp.millis(), 1000);
        assert_eq!(hello.history.unwrap().times, [0, 1000]);
        assert_eq!(hello.server.unwrap().poll_interval_ms, 250);
        assert!(feed.info().forced);
        assert!(!feed.latest().unwrap().text().contains("history"));
    }

    #[test]
    fn another_scene_begins_with_nothing_and_greets_anew() {
        let feed = Feed::new(Duration::from_millis(100), 1, false);
        let (mut sent, mut greeted, start) = (feed.subscribe(), None, Instant::now());
        feed.publish(sample(0, 1), start);
        feed.next(&mut greeted).unwrap();
        sent.mark_unchanged();
        let scene = Scene { scenario: DemoScenario::NoGpu, since: start };
        let empty = Snapshot { provider: None, ..sample(100, 2) };
        feed.open_scene(scene, empty, start + Duration::from_millis(100));
        assert!(sent.has_changed().unwrap(), "however fast it came");
        assert_eq!(feed.answered(), None, "what the scene before said counts no more");
        let hello: Snapshot = serde_json::from_str(&feed.next(&mut greeted).unwrap()).unwrap();
        assert_eq!(hello.history.unwrap().times, [100]);
        assert_eq!(hello.server.unwrap().demo.unwrap().scenario, "no-gpu");
        assert_eq!(feed.seed().server.unwrap().demo.unwrap().scenarios.len(), DemoScenario::ALL.len());
        assert!(!feed.next(&mut greeted).unwrap().contains("history"));
    }
}
