//! The latest sample and the last minute, for everybody who asks.

mod deflater;
mod frame;
mod last_known;
mod listener;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::sync::watch;

use deflater::Deflater;
pub use frame::Frame;
use last_known::Memory;
pub use listener::{Deflate, Delivery, Listener};

use super::{
    Pace, Scene,
    metrics::{XidKey, Xids},
};
use crate::telemetry::{Attempt, Event, History, ServerInfo, Snapshot};

/// Takes samples in from the sampler's thread and hands them out. Newest wins:
/// there is no queue, neither here nor per client.
#[derive(Debug)]
pub struct Feed {
    info: ServerInfo,
    latest: Mutex<Latest>,
    sent: watch::Sender<Option<Arc<Frame>>>,
    scene: watch::Sender<Option<Scene>>,
    deflater: Mutex<Deflater>,
    /// Messages to single clients: sent, and left out because the client was too slow.
    delivered: AtomicU64,
    skipped: AtomicU64,
    clients: AtomicUsize,
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
    memory: Memory,
    /// How many scenes of the demo have begun.
    scenes: usize,
    /// First message for a new client, of the same sample as `frame`.
    hello: Option<Arc<Frame>>,
    /// When a frame was last sent to all clients.
    sent: Option<Instant>,
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
                memory: Memory::default(),
                scenes: 0,
                hello: None,
                sent: None,
                pace: Pace::new(hertz),
                taken: 0,
                took: None,
                xids: Xids::default(),
            }),
            sent: watch::channel(None).0,
            scene: watch::channel(None).0,
            deflater: Mutex::default(),
            delivered: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            clients: AtomicUsize::new(0),
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
        (latest.frame, latest.answered) = (None, None);
        (latest.history, latest.memory) = (History::default(), Memory::default());
        latest.scenes += 1;
        latest.pace.restart();
        self.scene.send_replace(Some(scene));
        self.take(latest, snapshot, received);
    }

    fn take(&self, mut guard: MutexGuard<'_, Latest>, mut snapshot: Snapshot, received: Instant) {
        let latest = &mut *guard;
        latest.memory.note(&mut snapshot.gpus, latest.frame.as_ref().map(|frame| &frame.snapshot));
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
        let frame = self.following(snapshot, received);
        latest.frame = Some(Arc::clone(&frame));
        latest.hello = None;
        if news && latest.pace.admit(received) {
            self.send(guard, frame, received);
        }
    }

    /// A frame that can be sent as the next one.
    fn following(&self, snapshot: Snapshot, received: Instant) -> Arc<Frame> {
        let before = self.sent.borrow();
        let number = before.as_ref().and_then(|frame| frame.place()).unwrap_or_default() + 1;
        let previous = before.as_ref().and_then(|frame| frame.made());
        Arc::new(Frame::new(snapshot, received, Some(number), previous))
    }

    fn send(&self, mut latest: MutexGuard<'_, Latest>, frame: Arc<Frame>, now: Instant) {
        latest.sent = Some(now);
        // Under the lock, so that numbers follow each other.
        self.sent.send_replace(Some(frame));
        drop(latest);
    }

    /// Sends the latest sample, new or not, where nothing has been sent for `quiet`.
    /// Returns how long there is nothing to do.
    pub fn keep_alive(&self, now: Instant, quiet: Duration) -> Duration {
        let latest = self.lock();
        let silent = latest.sent.map_or(Duration::ZERO, |sent| now.saturating_duration_since(sent));
        if let Some(left) = quiet.checked_sub(silent).filter(|left| !left.is_zero()) {
            return left;
        }
        if let Some(frame) = &latest.frame {
            let frame = self.following(frame.snapshot.clone(), frame.received);
            self.send(latest, frame, now);
        }
        quiet
    }

    /// Notes how long the latest sample took.
    pub fn note_duration(&self, took: Duration) {
        self.lock().took = Some(took);
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
        let frame = self.following(snapshot, frame.received);
        latest.frame = Some(Arc::clone(&frame));
        latest.hello = None;
        self.send(latest, frame, Instant::now());
    }

    /// The latest sample, sent or not.
    pub fn latest(&self) -> Option<Arc<Frame>> {
        self.lock().frame.clone()
    }

    /// When a source last told about GPUs.
    pub fn answered(&self) -> Option<Instant> {
        self.lock().answered
    }

    /// The next message for a client: the frame that was sent last, if it has not got that.
    /// The first one of a scene, and where all is real the first one at all, is the latest
    /// sample with the last minute and what a client must know about the server.
    pub fn next(&self, listener: &mut Listener) -> Option<Delivery> {
        let (frame, skipped) = self.due(listener)?;
        let (bytes, context) = match listener.deflate {
            Deflate::No => (frame.plain(), None),
            Deflate::Whole => (frame.whole(&self.deflater), None),
            Deflate::Changes => {
                let follows = listener.context.is_some_and(|context| frame.place() == Some(context + 1));
                let changes = follows.then(|| frame.changes(&self.deflater)).flatten();
                (changes.unwrap_or_else(|| frame.whole(&self.deflater)), frame.place())
            }
        };
        listener.context = context;
        Some(Delivery { bytes, skipped })
    }

    /// The frame that a client gets next, and how many it has missed.
    fn due(&self, listener: &mut Listener) -> Option<(Arc<Frame>, u64)> {
        let mut latest = self.lock();
        let sent = self.sent.borrow().clone();
        let number = sent.as_ref().and_then(|frame| frame.place()).unwrap_or_default();
        if listener.greeted != Some(latest.scenes) {
            let hello = self.hello(&mut latest)?;
            listener.greeted = Some(latest.scenes);
            listener.last = number;
            return Some((hello, 0));
        }
        drop(latest);
        let skipped = number.checked_sub(listener.last + 1)?;
        listener.last = number;
        Some((sent?, skipped))
    }

    fn hello(&self, latest: &mut Latest) -> Option<Arc<Frame>> {
        if latest.hello.is_none() {
            let frame = latest.frame.as_ref()?;
            let snapshot = Snapshot {
                history: Some(latest.history.clone()),
                server: Some(self.told()),
                ..frame.snapshot.clone()
            };
            latest.hello = Some(Arc::new(Frame::greeting(snapshot, frame.received)));
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
        self.clients.load(Relaxed)
    }

    /// Notes how many clients listen now.
    pub fn note_clients(&self, count: usize) {
        self.clients.store(count, Relaxed);
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
mod tests;
