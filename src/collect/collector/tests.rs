use std::sync::Arc;

use super::*;
use crate::{
    collect::{DemoScenario, DemoSource, Opener, ProcessDetails, Source, SourceError},
    telemetry::Gpu,
};

const PLENTY: Duration = Duration::from_secs(30);

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

fn sample(opener: Opener, host: bool) -> Snapshot {
    let host = host.then(HostReader::new);
    let mut collector = Collector::new(Choice::new(vec![opener]), host, Processes::new());
    collector.sample(Instant::now(), PLENTY).unwrap()
}

fn demo() -> Opener {
    let open = || Ok(Box::new(DemoSource::new(DemoScenario::Work, None)) as Box<dyn Source>);
    Opener { provider: Provider::Demo, open: Arc::new(open) }
}

#[test]
fn simulated_gpus_are_marked_and_keep_their_processes() {
    let snapshot = sample(demo(), false);
    assert!(snapshot.simulated);
    assert_eq!((snapshot.provider, snapshot.gpus.len()), (Some(Provider::Demo), 8));
    assert_eq!(snapshot.gpus[0].processes[0].user.as_deref(), Some("alice"));
    assert_eq!(snapshot.system, None);
    let json = serde_json::to_value(sample(demo(), false)).unwrap();
    assert_eq!(json["simulated"], true);
}

/// All that goes to clients, the page and the log comes from the sample.
#[test]
fn what_is_hidden_is_nowhere_in_a_sample() {
    let full = serde_json::to_string(&sample(demo(), false)).unwrap();
    let told = |details| {
        let collector = Collector::new(Choice::new(vec![demo()]), None, Processes::new());
        let mut collector = collector.telling(Discretion { details, mask_secrets: true });
        let snapshot = collector.sample(Instant::now(), PLENTY).unwrap();
        assert!(snapshot.gpus.iter().flat_map(|gpu| &gpu.processes).all(|one| one.used_memory.is_some()));
        serde_json::to_string(&snapshot).unwrap()
    };
    let hidden = r#""hidden""#;
    assert!(full.contains("alice") && full.contains("--") && !full.contains(hidden));
    let name = told(ProcessDetails::Name);
    assert!(!name.contains("alice") && !name.contains("--") && name.contains(r#""name":"python"#), "{name}");
    let none = told(ProcessDetails::None);
    assert!(!none.contains("alice") && !none.contains("python") && none.contains(hidden), "{none}");
}

#[test]
fn real_gpus_are_not_marked() {
    let open = Arc::new(|| Ok(Box::new(Real) as Box<dyn Source>));
    let snapshot = sample(Opener { provider: Provider::Nvml, open }, true);
    assert!(!snapshot.simulated);
    assert_eq!((snapshot.provider, snapshot.gpus[0].id), (Some(Provider::Nvml), 7));
    assert!(snapshot.system.is_some() && snapshot.sources.is_empty());
}

#[test]
fn without_a_source_the_rest_is_there_with_the_reason() {
    let fail = || Err(SourceError::new("no library", "Install it."));
    let snapshot = sample(Opener { provider: Provider::Nvml, open: Arc::new(fail) }, true);
    assert_eq!((snapshot.provider, snapshot.gpus.len()), (None, 0));
    assert_eq!(snapshot.sources[0].reason, "no library");
    assert!(!snapshot.simulated && snapshot.system.is_some());
}
