//! Which source is read: the best one that yields GPUs.

use std::{fmt, time::Instant};

use super::{Source, SourceError, retry::Retry};
use crate::telemetry::{Attempt, Gpu, Provider};

/// A way to open a source.
pub struct Opener {
    /// Which source it opens.
    pub provider: Provider,
    /// Opens it, anew each time.
    pub open: Box<dyn FnMut() -> Result<Box<dyn Source>, SourceError>>,
}

/// What one reading gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The source that answers; it may list no GPU.
    pub provider: Option<Provider>,
    /// Its GPUs, in its order.
    pub gpus: Vec<Gpu>,
    /// What better sources (all of them, where there is no GPU) did not give, and why.
    pub attempts: Vec<Attempt>,
}

/// Reads the first of its sources that yields GPUs. One that failed is tried again
/// after 1 s, then ever less often, down to every 30 s; until it is back, a lesser
/// one stands in.
pub struct Choice {
    candidates: Vec<Candidate>,
    /// The source in use.
    current: Option<Current>,
    /// What the log has not been told yet.
    news: Vec<News>,
}

/// What the log is told.
#[derive(Debug, PartialEq)]
enum News {
    /// A source gives nothing.
    Failed(Attempt),
    /// A source was opened and lists so many GPUs.
    Reading(Provider, usize),
}

struct Current {
    index: usize,
    source: Box<dyn Source>,
}

struct Candidate {
    opener: Opener,
    retry: Retry,
    /// Why it gives nothing, if it was tried and gives nothing.
    attempt: Option<Attempt>,
    /// The attempt that was logged last.
    logged: Option<Attempt>,
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opener").field(&self.provider).finish()
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let candidates: Vec<_> = self.candidates.iter().map(|c| c.opener.provider).collect();
        let current = self.current.as_ref().map(|current| current.source.provider());
        f.debug_struct("Choice")
            .field("candidates", &candidates)
            .field("current", &current)
            .finish_non_exhaustive()
    }
}

impl Choice {
    /// A choice among these, better ones first. Nothing is opened yet.
    #[must_use]
    pub fn new(openers: Vec<Opener>) -> Self {
        let candidate = |opener| Candidate { opener, retry: Retry::default(), attempt: None, logged: None };
        Self { candidates: openers.into_iter().map(candidate).collect(), current: None, news: Vec::new() }
    }

    /// Reads the source in use, or looks for one that can be read. `now` paces the
    /// search and must not go back.
    pub fn read(&mut self, now: Instant) -> Outcome {
        let outcome = self.choose(now);
        self.news.drain(..).for_each(News::log);
        outcome
    }

    fn choose(&mut self, now: Instant) -> Outcome {
        let mut gpus = self.read_current(now);
        let better = match &self.current {
            Some(current) if !gpus.is_empty() => self.search(now, current.index),
            _ => self.search(now, self.candidates.len()),
        };
        if !better.is_empty() {
            gpus = better;
        }
        let current = self.current.as_ref();
        let ahead = match current {
            Some(current) if !gpus.is_empty() => current.index,
            _ => self.candidates.len(),
        };
        Outcome {
            provider: current.map(|current| current.source.provider()),
            gpus,
            attempts: self.candidates.iter().take(ahead).filter_map(|c| c.attempt.clone()).collect(),
        }
    }

    /// The GPUs of the source in use; none where there is no source.
    fn read_current(&mut self, now: Instant) -> Vec<Gpu> {
        let Some(current) = &mut self.current else {
            return Vec::new();
        };
        let reading = current.source.read(now);
        let gpus = self.candidates[current.index].settle(reading, now, &mut self.news);
        gpus.unwrap_or_else(|| {
            self.current = None;
            Vec::new()
        })
    }

    /// Opens the first of the best `limit` sources that yields GPUs and is due.
    /// Where none does and no lesser one stands in, the best of those that answer
    /// stays open: a GPU may yet be plugged in.
    fn search(&mut self, now: Instant, limit: usize) -> Vec<Gpu> {
        let standing_in = limit < self.candidates.len();
        for (index, candidate) in self.candidates.iter_mut().enumerate().take(limit) {
            let kept = self.current.as_ref().map(|current| current.index);
            if kept == Some(index) || !candidate.retry.is_due(now) {
                continue;
            }
            let Some((source, gpus)) = candidate.open(now, &mut self.news) else {
                continue;
            };
            if !gpus.is_empty() {
                self.news.push(News::Reading(candidate.opener.provider, gpus.len()));
                self.current = Some(Current { index, source });
                return gpus;
            }
            if !standing_in && kept.is_none_or(|kept| index < kept) {
                self.current = Some(Current { index, source });
            }
        }
        Vec::new()
    }
}

impl Candidate {
    fn open(&mut self, now: Instant, news: &mut Vec<News>) -> Option<(Box<dyn Source>, Vec<Gpu>)> {
        self.retry.tried(now);
        let opened = (self.opener.open)().and_then(|mut source| {
            let gpus = source.read(now)?;
            Ok((source, gpus))
        });
        let (source, reading) = match opened {
            Ok((source, gpus)) => (Some(source), Ok(gpus)),
            Err(error) => (None, Err(error)),
        };
        source.zip(self.settle(reading, now, news))
    }

    /// Notes what a reading says about the source; `None` if it is dead.
    fn settle(
        &mut self,
        reading: Result<Vec<Gpu>, SourceError>,
        now: Instant,
        news: &mut Vec<News>,
    ) -> Option<Vec<Gpu>> {
        match reading {
            Ok(gpus) if gpus.is_empty() => {
                self.note(no_gpu(), news);
                Some(gpus)
            }
            Ok(gpus) => {
                self.retry.worked(now);
                self.attempt = None;
                self.logged = None;
                Some(gpus)
            }
            Err(error) => {
                self.note(error, news);
                None
            }
        }
    }

    /// Only what is new is news: a machine without a driver is tried for ever.
    fn note(&mut self, error: SourceError, news: &mut Vec<News>) {
        let SourceError { reason, hint, absent } = error;
        let attempt = Attempt { provider: self.opener.provider, reason, hint, absent };
        if self.logged.as_ref() != Some(&attempt) {
            news.push(News::Failed(attempt.clone()));
            self.logged = Some(attempt.clone());
        }
        self.attempt = Some(attempt);
    }
}

fn no_gpu() -> SourceError {
    SourceError::new(
        "The driver answers but lists no GPU",
        "Check that the machine sees one (`lspci`) and that a container is given it (`--gpus all`).",
    )
}

impl News {
    fn log(self) {
        match self {
            Self::Failed(Attempt { provider, reason, hint, .. }) => {
                tracing::warn!(source = provider.id(), hint, "{reason}");
            }
            Self::Reading(provider, gpus) => tracing::info!(source = provider.id(), gpus, "reading GPUs"),
        }
    }
}

#[cfg(test)]
mod tests;
