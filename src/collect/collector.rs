//! One sample of the whole machine.

use std::time::Instant;

use super::{Choice, HostReader, Outcome, Processes};
use crate::telemetry::{Provider, Snapshot, Timestamp};

/// Reads everything that makes up a sample.
#[derive(Debug)]
pub struct Collector {
    choice: Choice,
    host: Option<HostReader>,
    processes: Processes,
}

impl Collector {
    /// Reads the GPUs of `choice`, their processes, and the host if it is wanted.
    #[must_use]
    pub fn new(choice: Choice, host: Option<HostReader>, processes: Processes) -> Self {
        Self { choice, host, processes }
    }

    /// A sample that says it was taken at `wall`. May block as long as a driver does.
    pub fn sample(&mut self, now: Instant, wall: Timestamp) -> Snapshot {
        let Outcome { provider, mut gpus, attempts } = self.choice.read(now);
        let simulated = provider == Some(Provider::Demo);
        // Invented PIDs would find whatever runs under them.
        if !simulated {
            self.processes.fill(&mut gpus);
        }
        Snapshot {
            timestamp: wall,
            provider,
            simulated,
            gpus,
            system: self.host.as_mut().map(HostReader::read),
            sources: attempts,
            ..Snapshot::default()
        }
    }
}
