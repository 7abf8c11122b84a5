//! A source that may be used: how to open it, and what became of that.

use std::{
    fmt,
    sync::Weak,
    time::{Duration, Instant},
};

use super::{
    Open, SourceError,
    retry::Retry,
    worker::{Answer, Worker},
};
use crate::telemetry::{Attempt, Event, Gpu, Provider};

/// How long opening a source may take before others are tried beside it. The
/// driver may have to start the GPUs first, which takes seconds for each.
pub(super) const OPEN_PATIENCE: Duration = Duration::from_secs(10);

/// What comes and goes gets no more lines in the log than so many
const LINES: usize = 8;
/// in this time; what is left out is told later, if it is still so.
const QUIET: Duration = Duration::from_secs(600);

/// A way to open a source.
#[derive(Clone)]
pub struct Opener {
    /// Which source it opens.
    pub provider: Provider,
    /// Opens it. Called on a thread of its own.
    pub open: Open,
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opener").field(&self.provider).finish()
    }
}

/// What the log is told.
#[derive(Debug, PartialEq)]
pub(super) enum News {
    /// A source gives nothing.
    Failed(Attempt),
    /// A source was opened and lists so many GPUs.
    Reading(Provider, usize),
}

#[derive(Debug)]
pub(super) struct Candidate {
    opener: Opener,
    retry: Retry,
    worker: Option<Worker>,
    /// When the worker was started.
    opened: Option<Instant>,
    /// The last source that was opened, while its thread has not let go of it.
    life: Weak<()>,
    /// It has listed GPUs before.
    worked: bool,
    /// What it announced and nobody was told yet.
    heard: Vec<Event>,
    /// Why it gives nothing, if it was tried and gives nothing.
    attempt: Option<Attempt>,
    /// The attempt that was logged last.
    logged: Option<Attempt>,
    /// When the log was told anything.
    lines: Vec<Instant>,
}

impl Candidate {
    pub(super) fn new(opener: Opener) -> Self {
        Self {
            opener,
            retry: Retry::default(),
            worker: None,
            opened: None,
            life: Weak::new(),
            worked: false,
            heard: Vec::new(),
            attempt: None,
            logged: None,
            lines: Vec::new(),
        }
    }

    pub(super) const fn provider(&self) -> Provider {
        self.opener.provider
    }

    pub(super) const fn attempt(&self) -> Option<&Attempt> {
        self.attempt.as_ref()
    }

    /// Since when its answer has been waited for.
    pub(super) fn asked(&self) -> Option<Instant> {
        self.worker.as_ref()?.asked()
    }

    /// Whether it is open or being opened; opens it if it is time to.
    pub(super) fn is_open(&mut self, now: Instant, news: &mut Vec<News>) -> bool {
        if self.worker.is_none() && self.retry.is_due(now) {
            self.open(now, news);
        }
        self.worker.is_some()
    }

    /// Whether it has been opening for longer than others are to wait for it.
    pub(super) fn is_slow(&self, now: Instant) -> bool {
        self.opened.is_some_and(|opened| now.saturating_duration_since(opened) >= OPEN_PATIENCE)
    }

    /// Notes that.
    pub(super) fn note_slow(&mut self, now: Instant, news: &mut Vec<News>) {
        self.note(hangs(OPEN_PATIENCE), now, news);
    }

    /// Notes that it was opened and lists so many GPUs.
    pub(super) fn note_reading(&mut self, gpus: usize, now: Instant, news: &mut Vec<News>) {
        if self.may_log(now) {
            news.push(News::Reading(self.provider(), gpus));
        }
    }

    fn open(&mut self, now: Instant, news: &mut Vec<News>) {
        self.retry.tried(now);
        if self.life.strong_count() > 0 {
            // A second thread would only get stuck beside it.
            self.note(SourceError::new("An earlier call into it still hangs", HANGS), now, news);
            return;
        }
        match Worker::start(self.provider().id(), self.opener.open.clone()) {
            Ok(mut worker) => {
                self.life = worker.life();
                worker.ask(now);
                self.worker = Some(worker);
                self.opened = Some(now);
            }
            Err(error) => {
                self.note(
                    SourceError::new(format!("There is no thread to read it on: {error}"), ""),
                    now,
                    news,
                );
            }
        }
    }

    /// Asks for a reading and waits for it until then: `None` if there is none yet,
    /// and an error when the source is gone, which is noted.
    pub(super) fn read(
        &mut self,
        now: Instant,
        until: Instant,
        news: &mut Vec<News>,
    ) -> Option<Result<Vec<Gpu>, ()>> {
        let Some(worker) = &mut self.worker else { return Some(Err(())) };
        worker.ask(now);
        let Answer { gpus, mut events } = worker.answer(until)?;
        self.heard.append(&mut events);
        Some(match gpus {
            Ok(gpus) if gpus.is_empty() => {
                self.note(no_gpu(self.provider()), now, news);
                Ok(gpus)
            }
            Ok(gpus) => {
                self.retry.worked(now);
                self.worked = true;
                self.attempt = None;
                self.logged = None;
                Ok(gpus)
            }
            Err(error) => {
                self.note(error, now, news);
                self.close();
                Err(())
            }
        })
    }

    /// What was announced since the last call.
    pub(super) fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.heard)
    }

    /// Lets go of the source.
    pub(super) fn close(&mut self) {
        self.worker = None;
        self.opened = None;
    }

    /// Lets go of it as if it had never been opened.
    pub(super) fn rest(&mut self) {
        self.close();
        self.retry = Retry::default();
    }

    /// Closes the source, and waits for that, but not for one that hangs.
    pub(super) fn end(&mut self, patience: Duration) {
        if let Some(worker) = self.worker.take() {
            worker.end(patience);
        }
    }

    /// Only what is new is news: a machine without a driver is tried for ever.
    fn note(&mut self, error: SourceError, now: Instant, news: &mut Vec<News>) {
        let SourceError { reason, hint, absent } = error;
        // What once gave GPUs is missed.
        let absent = absent && !self.worked;
        let attempt = Attempt { provider: self.provider(), reason, hint, absent };
        if self.logged.as_ref() != Some(&attempt) && self.may_log(now) {
            news.push(News::Failed(attempt.clone()));
            self.logged = Some(attempt.clone());
        }
        self.attempt = Some(attempt);
    }

    /// Whether the log may be told something; if so, it counts as told.
    fn may_log(&mut self, now: Instant) -> bool {
        self.lines.retain(|told| now.saturating_duration_since(*told) < QUIET);
        let may = self.lines.len() < LINES;
        if may {
            self.lines.push(now);
        }
        may
    }
}

const HANGS: &str = "See `dmesg` for lines with NVRM or Xid; a reboot may be needed.";

/// Of a source that does not answer.
pub(super) fn hangs(time: Duration) -> SourceError {
    SourceError::new(
        format!("It has not answered for {} s: a call into the driver hangs", time.as_secs()),
        HANGS,
    )
}

/// Of a source that answers. Nobody misses anything, unless there was a GPU before.
fn no_gpu(provider: Provider) -> SourceError {
    let (reason, hint) = match provider {
        Provider::Nvtop => ("It answers but lists no GPU", "Check that `lspci` lists one."),
        _ => (
            "The driver answers but lists no GPU",
            "Check that the machine sees one (`lspci`) and that a container is given it (`--gpus all`).",
        ),
    };
    SourceError::absent(reason, hint)
}

impl News {
    pub(super) fn log(self) {
        match self {
            Self::Failed(Attempt { provider, reason, hint, .. }) => {
                tracing::warn!(source = provider.id(), hint, "{reason}");
            }
            Self::Reading(provider, gpus) => tracing::info!(source = provider.id(), gpus, "reading GPUs"),
        }
    }
}
