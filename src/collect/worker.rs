//! A source on a thread of its own: a driver call that hangs holds up that thread
//! and nothing else.
//!
//! The source is opened, read and dropped there. That also suits the sources with
//! a child process, which ends with the thread that started it.

use std::{
    io,
    sync::{Arc, Weak, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::{Source, SourceError};
use crate::telemetry::{Event, Gpu};

/// Opens a source, anew each time.
pub type Open = Arc<dyn Fn() -> Result<Box<dyn Source>, SourceError> + Send + Sync>;

/// What one reading of a source gave.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    /// After an error the source is gone.
    pub(super) gpus: Result<Vec<Gpu>, SourceError>,
    /// What the driver announced before.
    pub(super) events: Vec<Event>,
}

impl From<SourceError> for Answer {
    fn from(error: SourceError) -> Self {
        Self { gpus: Err(error), events: Vec::new() }
    }
}

/// A source at work. Dropping it lets the thread end when it can.
#[derive(Debug)]
pub(super) struct Worker {
    asks: mpsc::Sender<Instant>,
    answers: mpsc::Receiver<Answer>,
    /// When it was asked what it has not answered yet.
    asked: Option<Instant>,
    /// Dead once the source is dropped.
    life: Weak<()>,
}

impl Worker {
    /// Opens a source on a new thread called `name`.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub(super) fn start(name: &str, open: Open) -> io::Result<Self> {
        let (asks, asked) = mpsc::channel();
        let (answer, answers) = mpsc::channel();
        let life = Arc::new(());
        let weak = Arc::downgrade(&life);
        thread::Builder::new().name(name.to_owned()).spawn(move || work(&*open, &asked, &answer, life))?;
        Ok(Self { asks, answers, asked: None, life: weak })
    }

    /// Asks for a reading, unless one is under way.
    pub(super) fn ask(&mut self, now: Instant) {
        if self.asked.is_none() {
            self.asked = Some(now);
            // A thread that has ended says so when it is waited for.
            let _ = self.asks.send(now);
        }
    }

    /// The answer, if it comes before this time.
    pub(super) fn answer(&mut self, until: Instant) -> Option<Answer> {
        let patience = until.saturating_duration_since(Instant::now());
        let answer = match self.answers.recv_timeout(patience) {
            Ok(answer) => answer,
            Err(mpsc::RecvTimeoutError::Timeout) => return None,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                SourceError::new("Reading it failed in an unforeseen way", "See the server's log.").into()
            }
        };
        self.asked = None;
        Some(answer)
    }

    /// Since when it has been waited for.
    pub(super) fn asked(&self) -> Option<Instant> {
        self.asked
    }

    /// Dead once its source is dropped.
    pub(super) fn life(&self) -> Weak<()> {
        Weak::clone(&self.life)
    }

    /// Closes the source, and waits for that, but not longer than this.
    pub(super) fn end(self, patience: Duration) {
        let Self { asks, answers, .. } = self;
        drop(asks);
        let until = Instant::now() + patience;
        while answers.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
    }
}

fn work(
    open: &dyn Fn() -> Result<Box<dyn Source>, SourceError>,
    asked: &mpsc::Receiver<Instant>,
    answer: &mpsc::Sender<Answer>,
    life: Arc<()>,
) {
    // All that can hang comes before the answer: who gets one may open another.
    let failure = match open() {
        Ok(source) => serve(source, asked, answer),
        Err(error) => Some(error.into()),
    };
    drop(life);
    if let Some(failure) = failure {
        // Nobody waits for it any more, if this fails.
        let _ = answer.send(failure);
    }
}

/// Reads whenever asked to. Returns why it cannot go on, or nothing if it need not.
fn serve(
    mut source: Box<dyn Source>,
    asked: &mpsc::Receiver<Instant>,
    answer: &mpsc::Sender<Answer>,
) -> Option<Answer> {
    while let Ok(now) = asked.recv() {
        let gpus = source.read(now);
        let read = Answer { gpus, events: source.events() };
        if read.gpus.is_err() {
            return Some(read);
        }
        answer.send(read).ok()?;
    }
    None
}
