//! Which sources there are to choose from.

use super::{
    Choice, Collector, DemoScenario, DemoSource, HostReader, Opener, Processes, Source, SourceError,
};
use crate::telemetry::Provider;

/// What the demo source shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoSettings {
    /// The scene.
    pub scenario: DemoScenario,
    /// How many GPUs, 1 to 64; `None`: as many as the scene has.
    pub gpus: Option<u32>,
}

impl Collector {
    /// Reads this source only, or else the best that works; with the host's metrics
    /// if `host` says so. Simulated GPUs are never a fallback: they must be asked for.
    #[must_use]
    pub fn open(provider: Option<Provider>, demo: DemoSettings, host: bool) -> Self {
        let forced = provider.unwrap_or(Provider::Nvml);
        let choice = Choice::new(vec![opener(forced, demo)]);
        Self::new(choice, host.then(HostReader::new), Processes::new())
    }
}

fn opener(provider: Provider, demo: DemoSettings) -> Opener {
    let open: Box<dyn FnMut() -> Result<Box<dyn Source>, SourceError>> = match provider {
        Provider::Demo => Box::new(move || Ok(Box::new(DemoSource::new(demo.scenario, demo.gpus)))),
        Provider::Nvml | Provider::NvidiaSmi | Provider::Nvtop => Box::new(move || {
            Err(SourceError {
                reason: format!("This version cannot read {}", provider.label()),
                hint: String::new(),
            })
        }),
    };
    Opener { provider, open }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::telemetry::Timestamp;

    fn sample(provider: Option<Provider>) -> crate::telemetry::Snapshot {
        let demo = DemoSettings { scenario: DemoScenario::Mig, gpus: Some(5) };
        Collector::open(provider, demo, false).sample(Instant::now(), Timestamp::default())
    }

    #[test]
    fn the_demo_is_as_asked_for() {
        let snapshot = sample(Some(Provider::Demo));
        assert_eq!((snapshot.gpus.len(), snapshot.gpus[0].mig_instances.len()), (5, 4));
    }

    #[test]
    fn the_demo_is_no_fallback() {
        assert!(!sample(None).simulated);
    }
}
