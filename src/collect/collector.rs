//! Puts a sample of the whole machine together.

use std::time::{Duration, Instant, SystemTime};

use super::{
    Choice, Discretion, HostReader, Outcome, Processes, chronicle::Chronicle, idle::Idle, rest::Rest,
};
use crate::telemetry::{Attempt, Event, Provider, Snapshot, Timestamp};

/// Reads everything that a sample consists of. It may block on the driver, but not
/// without end: see [`Self::sample`].
#[derive(Debug)]
pub struct Collector {
    choice: Choice,
    chronicle: Chronicle,
    idle: Idle,
    /// `None` where nothing sleeps: simulated GPUs do not.
    rest: Option<Rest>,
    host: Option<HostReader>,
    processes: Processes,
    discretion: Discretion,
    /// All is invented, whatever source it pretends to come from.
    simulated: bool,
}

impl Collector {
    /// Without `host` the samples have no host metrics.
    #[must_use]
    pub fn new(choice: Choice, host: Option<HostReader>, processes: Processes) -> Self {
        Self {
            choice,
            chronicle: Chronicle::default(),
            idle: Idle::default(),
            rest: None,
            host,
            processes,
            discretion: Discretion::default(),
            simulated: false,
        }
    }

    /// Marks all samples as simulated.
    #[must_use]
    pub(super) fn simulated(self) -> Self {
        Self { simulated: true, ..self }
    }

    /// Tells of processes what may be told.
    #[must_use]
    pub fn telling(self, discretion: Discretion) -> Self {
        Self { discretion, processes: self.processes.masking(discretion.mask_secrets), ..self }
    }

    /// Leaves sleeping GPUs asleep.
    #[must_use]
    pub(super) fn resting(self, rest: Rest) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// The machine now; `now` paces what is not read each time. `None` when a source
    /// takes longer than `patience`: the next call goes on waiting for it. What time
    /// it is, and since when samples come without a gap, is for the sampler to say.
    pub fn sample(&mut self, now: Instant, patience: Duration) -> Option<Snapshot> {
        let wall = || Timestamp::from(SystemTime::now());
        let outcome = match self.asleep(now, wall()) {
            Some(outcome) => outcome,
            None => self.read(now, patience, wall)?,
        };
        let wall = wall();
        let Outcome { provider, mut gpus, attempts, .. } = outcome;
        self.idle.note(&mut gpus, wall);
        let simulated = self.simulated || provider == Some(Provider::Demo);
        // Invented processes come complete, and their PIDs may be those of real ones.
        if !simulated {
            self.processes.fill(&mut gpus, now);
        }
        self.discretion.apply(&mut gpus, provider);
        Some(Snapshot {
            provider,
            simulated,
            gpus,
            system: self.host.as_mut().map(HostReader::read),
            sources: attempts,
            events: self.chronicle.events(wall),
            ..Snapshot::default()
        })
    }

    /// What there is to tell while a source does not answer: that, and all events.
    /// `None` if none is waited for.
    pub fn stall(&mut self) -> Option<(Attempt, Vec<Event>)> {
        let (provider, asked) = self.choice.waits_for()?;
        let now = SystemTime::now();
        let since = now.checked_sub(asked.elapsed()).unwrap_or(now);
        let attempt = self.chronicle.stall(provider, since.into(), now.into());
        Some((attempt, self.chronicle.events(now.into())))
    }

    /// The GPUs, while they are left asleep.
    fn asleep(&mut self, now: Instant, wall: Timestamp) -> Option<Outcome> {
        let sleep = self.rest.as_mut()?.look(now)?;
        self.choice.rest();
        let mut gpus = sleep.gpus;
        self.chronicle.asleep(&mut gpus, sleep.fell, wall);
        // No source is asked, so that none fails and none takes over.
        let provider = self.chronicle.provider().or(self.choice.best());
        Some(Outcome { provider, gpus, ..Outcome::default() })
    }

    fn read(
        &mut self,
        now: Instant,
        patience: Duration,
        wall: impl FnOnce() -> Timestamp,
    ) -> Option<Outcome> {
        let mut outcome = self.choice.read(now, patience)?;
        if let Some(rest) = &mut self.rest {
            rest.notice(&outcome.gpus, now);
        }
        self.chronicle.tell(&mut outcome, wall());
        Some(outcome)
    }
}

#[cfg(test)]
mod tests;
