//! Which sources there are, and in which order they are tried.

use std::{sync::Arc, time::Duration};

use super::{
    Choice, Collector, DemoScenario, DemoSource, HostReader, NvidiaSmiSource, NvtopSource, Opener, Processes,
    Source, SourceError, nvml::NvmlSource, rest::Rest,
};
use crate::telemetry::Provider;

/// What the demo source shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoSettings {
    /// Which story it tells.
    pub scenario: DemoScenario,
    /// How many GPUs; `None`: as many as the story has.
    pub gpus: Option<u32>,
}

impl Collector {
    /// A collector that reads `wanted`, or the best source that works, every
    /// `interval`; with host metrics if `host`. Simulated GPUs are never a fallback.
    /// Nothing is opened before the first sample.
    #[must_use]
    pub fn open(wanted: Option<Provider>, demo: DemoSettings, host: bool, interval: Duration) -> Self {
        let openers = openers(wanted, demo, interval);
        let collector = Self::new(Choice::new(openers), host.then(HostReader::new), Processes::new());
        // Simulated GPUs do not sleep.
        if wanted == Some(Provider::Demo) { collector } else { collector.resting(Rest::new()) }
    }
}

/// `wanted`, or all sources that are tried, the best first.
pub(super) fn openers(wanted: Option<Provider>, demo: DemoSettings, interval: Duration) -> Vec<Opener> {
    let order: &[Provider] = match &wanted {
        Some(one) => std::slice::from_ref(one),
        None => &[Provider::Nvml, Provider::NvidiaSmi, Provider::Nvtop],
    };
    order.iter().map(|provider| opener(*provider, demo, interval)).collect()
}

fn opener(provider: Provider, demo: DemoSettings, interval: Duration) -> Opener {
    Opener {
        provider,
        open: Arc::new(move || -> Result<Box<dyn Source>, SourceError> {
            match provider {
                Provider::Nvml => Ok(Box::new(NvmlSource::open(None)?)),
                Provider::Demo => Ok(Box::new(DemoSource::new(demo.scenario, demo.gpus))),
                Provider::NvidiaSmi => Ok(Box::new(NvidiaSmiSource::open(None, interval)?)),
                Provider::Nvtop => Ok(Box::new(NvtopSource::open(None, interval)?)),
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn sample(provider: Option<Provider>) -> crate::telemetry::Snapshot {
        let demo = DemoSettings { scenario: DemoScenario::Mig, gpus: Some(5) };
        Collector::open(provider, demo, false, Duration::from_secs(1))
            .sample(Instant::now(), Duration::from_secs(60))
            .unwrap()
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
