//! Which sources there are, and in which order they are tried.

use std::{sync::Arc, time::Duration};

use super::{
    Choice, Collector, DemoScenario, HostReader, NvidiaSmiSource, NvtopSource, Opener, Processes, Source,
    SourceError, demo, nvml::NvmlSource, rest::Rest,
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
        let plays = wanted == Some(Provider::Demo);
        let hidden = plays && demo.scenario == DemoScenario::NoHost;
        let host = (host && !hidden).then(HostReader::new);
        let collector = Self::new(Choice::new(openers(wanted, demo, interval)), host, Processes::new());
        // Simulated GPUs are read even where they say that they sleep.
        if plays { collector.simulated() } else { collector.resting(Rest::new()) }
    }
}

/// `wanted`, or all sources that are tried, the best first.
pub(super) fn openers(wanted: Option<Provider>, demo: DemoSettings, interval: Duration) -> Vec<Opener> {
    if wanted == Some(Provider::Demo) {
        return demo::cast(demo);
    }
    let all = [
        opener(Provider::Nvml, || NvmlSource::open(None)),
        opener(Provider::NvidiaSmi, move || NvidiaSmiSource::open(None, interval)),
        opener(Provider::Nvtop, move || NvtopSource::open(None, interval)),
    ];
    let asked = |opener: &Opener| wanted.is_none_or(|wanted| wanted == opener.provider);
    all.into_iter().filter(asked).collect()
}

fn opener<S: Source + 'static>(
    provider: Provider,
    open: impl Fn() -> Result<S, SourceError> + Send + Sync + 'static,
) -> Opener {
    Opener { provider, open: Arc::new(move || Ok(Box::new(open()?))) }
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

    fn scene(scenario: DemoScenario) -> crate::telemetry::Snapshot {
        let demo = DemoSettings { scenario, gpus: None };
        Collector::open(Some(Provider::Demo), demo, true, Duration::from_secs(1))
            .sample(Instant::now(), Duration::from_secs(60))
            .unwrap()
    }

    #[test]
    fn every_scene_says_that_it_is_simulated() {
        for scenario in DemoScenario::ALL {
            assert!(scene(scenario).simulated, "{scenario}");
        }
    }

    #[test]
    fn without_a_gpu_each_source_says_why_and_what_to_do() {
        let snapshot = scene(DemoScenario::NoGpu);
        assert_eq!((snapshot.provider, snapshot.gpus.len()), (None, 0));
        let tried: Vec<_> = snapshot.sources.iter().map(|source| source.provider).collect();
        assert_eq!(tried, [Provider::Nvml, Provider::NvidiaSmi, Provider::Nvtop]);
        assert!(snapshot.sources.iter().all(|source| !source.reason.is_empty() && !source.hint.is_empty()));
    }

    #[test]
    fn a_source_stands_in_for_one_that_fails() {
        let snapshot = scene(DemoScenario::StandIn);
        assert_eq!((snapshot.provider, snapshot.gpus.len()), (Some(Provider::NvidiaSmi), 8));
        assert_eq!((snapshot.sources.len(), snapshot.sources[0].provider), (1, Provider::Nvml));
        assert!(!snapshot.sources[0].absent && snapshot.events.is_empty());
    }

    #[test]
    fn the_host_can_be_left_out() {
        assert_eq!(scene(DemoScenario::NoHost).system, None);
        assert!(scene(DemoScenario::Work).system.is_some());
    }

    #[test]
    fn the_demo_is_no_fallback() {
        assert!(!sample(None).simulated);
    }
}
