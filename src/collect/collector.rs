//! Puts a sample of the whole machine together.

use std::time::Instant;

use super::{Choice, HostReader, Processes};
use crate::telemetry::{Provider, Snapshot};

/// Reads everything that a sample consists of. It may block on the driver.
#[derive(Debug)]
pub struct Collector {
    choice: Choice,
    host: Option<HostReader>,
    processes: Processes,
}

impl Collector {
    /// Without `host` the samples have no host metrics.
    #[must_use]
    pub const fn new(choice: Choice, host: Option<HostReader>, processes: Processes) -> Self {
        Self { choice, host, processes }
    }

    /// The machine now; `now` paces what is not read each time. What time it is, and
    /// since when samples come without a gap, is for the sampler to say.
    pub fn sample(&mut self, now: Instant) -> Snapshot {
        let outcome = self.choice.read(now);
        let simulated = outcome.provider == Some(Provider::Demo);
        let mut gpus = outcome.gpus;
        // Invented processes come complete, and their PIDs may be those of real ones.
        if !simulated {
            self.processes.fill(&mut gpus);
        }
        Snapshot {
            provider: outcome.provider,
            simulated,
            gpus,
            system: self.host.as_mut().map(HostReader::read),
            sources: outcome.attempts,
            ..Snapshot::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        collect::{DemoScenario, DemoSource, Opener, Source, SourceError},
        telemetry::Gpu,
    };

    /// A source that is not simulated.
    struct Real;

    impl Source for Real {
        fn provider(&self) -> Provider {
            Provider::Nvml
        }

        fn read(&mut self, _: Instant) -> Result<Vec<Gpu>, SourceError> {
            Ok(vec![Gpu { id: 7, ..Gpu::default() }])
        }
    }

    fn collector(opener: Opener, host: bool) -> Collector {
        Collector::new(Choice::new(vec![opener]), host.then(HostReader::new), Processes::new())
    }

    fn demo() -> Opener {
        let open = || Ok(Box::new(DemoSource::new(DemoScenario::Work, None)) as Box<dyn Source>);
        Opener { provider: Provider::Demo, open: Box::new(open) }
    }

    #[test]
    fn simulated_gpus_are_marked_and_keep_their_processes() {
        let snapshot = collector(demo(), false).sample(Instant::now());
        assert!(snapshot.simulated);
        assert_eq!((snapshot.provider, snapshot.gpus.len()), (Some(Provider::Demo), 8));
        assert_eq!(snapshot.gpus[0].processes[0].user.as_deref(), Some("alice"));
        assert_eq!(snapshot.system, None);
        let json = serde_json::to_value(collector(demo(), false).sample(Instant::now())).unwrap();
        assert_eq!(json["simulated"], true);
    }

    #[test]
    fn real_gpus_are_not_marked() {
        let opener =
            Opener { provider: Provider::Nvml, open: Box::new(|| Ok(Box::new(Real) as Box<dyn Source>)) };
        let snapshot = collector(opener, true).sample(Instant::now());
        assert!(!snapshot.simulated);
        assert_eq!((snapshot.provider, snapshot.gpus[0].id), (Some(Provider::Nvml), 7));
        assert!(snapshot.system.is_some() && snapshot.sources.is_empty());
    }

    #[test]
    fn without_a_source_the_rest_is_there_with_the_reason() {
        let fail = || Err(SourceError::new("no library", "Install it."));
        let opener = Opener { provider: Provider::Nvml, open: Box::new(fail) };
        let snapshot = collector(opener, true).sample(Instant::now());
        assert_eq!((snapshot.provider, snapshot.gpus.len()), (None, 0));
        assert_eq!(snapshot.sources[0].reason, "no library");
        assert!(!snapshot.simulated && snapshot.system.is_some());
    }
}
