//! Which source is read: the best one that yields GPUs.

use std::time::{Duration, Instant};

use super::candidate::{Candidate, News, Opener};
use crate::telemetry::{Attempt, Event, Gpu, Provider};

/// How long all sources together may take to close.
const CLOSE: Duration = Duration::from_millis(600);

/// What one reading gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The source that answers; it may list no GPU.
    pub provider: Option<Provider>,
    /// Its GPUs, in its order.
    pub gpus: Vec<Gpu>,
    /// What the driver announced since the last reading.
    pub events: Vec<Event>,
    /// What better sources (all of them, where there is no GPU) did not give, and why.
    pub attempts: Vec<Attempt>,
}

/// Reads the first of its sources that yields GPUs. One that failed is tried again
/// after 1 s, then ever less often; until it is back, a lesser one stands in.
#[derive(Debug)]
pub struct Choice {
    candidates: Vec<Candidate>,
    /// The source in use.
    current: Option<usize>,
    /// Every source has been tried once.
    settled: bool,
    /// What the log has not been told yet.
    news: Vec<News>,
}

/// What a search among the sources found.
enum Search {
    /// GPUs.
    Found(Vec<Gpu>),
    /// A source with GPUs, which answered an earlier question: what it said may be as
    /// old as the last sample.
    Late,
    /// Something is being opened, for which the rest has to wait.
    Opening,
    /// Nothing.
    Nothing,
}

impl Choice {
    /// A choice among these, better ones first. Nothing is opened yet.
    #[must_use]
    pub fn new(openers: Vec<Opener>) -> Self {
        let candidates = openers.into_iter().map(Candidate::new).collect();
        Self { candidates, current: None, settled: false, news: Vec::new() }
    }

    /// Reads the source in use, or looks for one that can be read. `None` if that
    /// takes longer than `patience`: the next call goes on with it. `now` paces the
    /// search and must not go back.
    pub fn read(&mut self, now: Instant, patience: Duration) -> Option<Outcome> {
        let outcome = self.choose(now, Instant::now() + patience);
        self.news.drain(..).for_each(News::log);
        outcome
    }

    /// The source that has been asked and does not answer, and since when.
    pub(super) fn waits_for(&self) -> Option<(Provider, Instant)> {
        let candidate = &self.candidates[self.current?];
        Some((candidate.provider(), candidate.asked()?))
    }

    /// The source that would be read if all could be.
    pub(super) fn best(&self) -> Option<Provider> {
        self.candidates.first().map(Candidate::provider)
    }

    /// Lets go of every source. The next reading opens them anew.
    pub(super) fn rest(&mut self) {
        self.current = None;
        self.candidates.iter_mut().for_each(Candidate::rest);
    }

    fn choose(&mut self, now: Instant, until: Instant) -> Option<Outcome> {
        let mut gpus = self.read_current(now, until);
        let late = self.current.is_some() && gpus.is_none();
        let everything = self.candidates.len();
        let limit = match (&gpus, self.current) {
            (Some(gpus), _) if gpus.is_empty() => everything,
            (_, Some(current)) => current,
            (_, None) => everything,
        };
        match self.search(now, limit, until) {
            Search::Found(found) => gpus = Some(found),
            Search::Late => {
                gpus = self.read_current(now, until);
                if self.current.is_some() && gpus.is_none() {
                    return None;
                }
            }
            // One that hangs is not given up for a lesser one, which would hang as well.
            _ if late => return None,
            Search::Opening if !self.settled => return None,
            _ => {}
        }
        self.settled = true;
        let gpus = gpus.unwrap_or_default();
        if !gpus.is_empty() {
            self.close_lesser();
        }
        Some(self.outcome(gpus))
    }

    /// Lets go of all that are not needed beside the source in use: one that was being opened
    /// when a better one came back would stay open, with its program running, and never be read.
    fn close_lesser(&mut self) {
        let Some(current) = self.current else { return };
        self.candidates.iter_mut().skip(current + 1).for_each(Candidate::close);
    }

    fn outcome(&mut self, gpus: Vec<Gpu>) -> Outcome {
        let ahead = self.current.filter(|_| !gpus.is_empty()).unwrap_or(self.candidates.len());
        let provider = self.current.map(|current| self.candidates[current].provider());
        let mut attempts: Vec<_> =
            self.candidates.iter().take(ahead).filter_map(Candidate::attempt).cloned().collect();
        if provider == Some(Provider::NvidiaSmi) || gpus.iter().any(is_nvidia) {
            // Where such a GPU is read, its driver is installed, and that comes with NVML.
            for attempt in attempts.iter_mut().filter(|attempt| attempt.provider == Provider::Nvml) {
                attempt.absent = false;
            }
        }
        let events = self.candidates.iter_mut().flat_map(Candidate::events).collect();
        Outcome { provider, gpus, events, attempts }
    }

    /// What the source in use tells; `None` where there is none, or no answer yet.
    fn read_current(&mut self, now: Instant, until: Instant) -> Option<Vec<Gpu>> {
        let gpus = self.candidates[self.current?].read(now, until, &mut self.news)?;
        if gpus.is_err() {
            self.current = None;
        }
        gpus.ok()
    }

    /// Looks for the first of the best `limit` sources that yields GPUs. Where none
    /// does and no lesser one stands in, the best of those that answer stays open:
    /// a GPU may yet be plugged in.
    fn search(&mut self, now: Instant, limit: usize, until: Instant) -> Search {
        let standing_in = limit < self.candidates.len();
        // Nobody waits for a better source as long as there is one.
        let until = if standing_in { Instant::now() } else { until };
        for index in 0..limit {
            let candidate = &mut self.candidates[index];
            if self.current == Some(index) || !candidate.is_open(now, &mut self.news) {
                continue;
            }
            let slow = candidate.is_slow(now);
            let until = if slow { Instant::now() } else { until };
            let asked_before = candidate.asked().is_some_and(|asked| asked != now);
            match candidate.read(now, until, &mut self.news) {
                None if slow => candidate.note_slow(now, &mut self.news),
                None if standing_in => {}
                None => return Search::Opening,
                Some(Err(())) => {}
                Some(Ok(gpus)) if gpus.is_empty() => {
                    if !standing_in && self.current.is_none_or(|kept| index < kept) {
                        self.take(index);
                    } else {
                        candidate.close();
                    }
                }
                Some(Ok(gpus)) => {
                    candidate.note_reading(gpus.len(), now, &mut self.news);
                    self.take(index);
                    return if asked_before { Search::Late } else { Search::Found(gpus) };
                }
            }
        }
        Search::Nothing
    }

    fn take(&mut self, index: usize) {
        if let Some(before) = self.current.replace(index) {
            self.candidates[before].close();
        }
    }
}

impl Drop for Choice {
    /// Drivers want to be told goodbye, but not at any price.
    fn drop(&mut self) {
        let until = Instant::now() + CLOSE;
        for candidate in &mut self.candidates {
            candidate.end(until.saturating_duration_since(Instant::now()));
        }
    }
}

fn is_nvidia(gpu: &Gpu) -> bool {
    gpu.name.as_ref().is_some_and(|name| name.contains("NVIDIA"))
}

#[cfg(test)]
mod tests;
