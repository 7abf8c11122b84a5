//! The NVML source over a library that answers from a scenario.
#![allow(clippy::unwrap_used, clippy::panic)]
#![recursion_limit = "256"]

#[path = "../support/built.rs"]
mod built;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;

mod cost;
mod errors;
mod healthy;
mod held;
mod life;
mod memory;
mod mig;
mod opening;
mod processes;
mod xid;

use std::time::{Duration, Instant};

use fake_nvml::FakeNvml;
use gpu_observatory::{
    collect::{NvmlSource, Source},
    telemetry::{Gpu, GpuState},
};
use serde_json::{Value, json};

/// A source on a scenario, and the time that it is told.
struct Rig {
    // First, since it shuts down the library.
    source: NvmlSource,
    fake: FakeNvml,
    now: Instant,
}

impl Rig {
    /// Of GPUs that announce nothing, unless the scenario says otherwise: a source that
    /// waits for announcements takes a moment to end.
    fn new(scenario: &Value) -> Self {
        Self::listening(&quiet(scenario))
    }

    /// Of GPUs that announce errors.
    fn listening(scenario: &Value) -> Self {
        let fake = FakeNvml::new(scenario);
        let source = NvmlSource::open(Some(&fake.path())).unwrap();
        Self { source, fake, now: Instant::now() }
    }

    /// A machine with one GPU.
    fn with_gpu(gpu: &Value) -> Self {
        Self::new(&json!({"gpus": [gpu]}))
    }

    /// Reads all GPUs and makes sure that each gap has its reason.
    fn read(&mut self) -> Vec<Gpu> {
        let gpus = self.source.read(self.now).unwrap();
        gpus.iter().for_each(explains_its_gaps);
        gpus
    }

    fn read_one(&mut self) -> Gpu {
        let mut gpus = self.read();
        assert_eq!(gpus.len(), 1);
        gpus.remove(0)
    }

    fn later(&mut self, seconds: u64) -> &mut Self {
        self.now += Duration::from_secs(seconds);
        self
    }

    /// Calls so far, but for those of the thread that awaits announcements.
    fn calls(&self) -> u64 {
        const ITS: [&str; 5] = [
            "nvmlDeviceGetSupportedEventTypes",
            "nvmlEventSetCreate",
            "nvmlDeviceRegisterEvents",
            "nvmlEventSetWait_v2",
            "nvmlEventSetFree",
        ];
        let its = || ITS.iter().map(|symbol| self.fake.calls(Some(symbol))).sum::<u64>();
        loop {
            let (before, all, after) = (its(), self.fake.calls(None), its());
            if before == after {
                return all - before;
            }
        }
    }

    fn set_gpu(&mut self, gpu: &Value) -> &mut Self {
        self.fake.set(&quiet(&json!({"gpus": [gpu]})));
        self
    }
}

fn quiet(scenario: &Value) -> Value {
    let mut scenario = scenario.clone();
    for gpu in scenario["gpus"].as_array_mut().into_iter().flatten() {
        gpu.as_object_mut().unwrap().entry("eventTypes").or_insert(json!(0));
    }
    if scenario["gpus"].is_null() {
        scenario["gpus"] = json!([{"eventTypes": 0}, {"eventTypes": 0}]);
    }
    scenario
}

/// The sampler may make its source on one thread and read it on another.
const _: fn() = || {
    fn moves<T: Send>() {}
    moves::<NvmlSource>();
};

fn explains_its_gaps(gpu: &Gpu) {
    let json = serde_json::to_value(gpu).unwrap();
    let empty = json!({});
    let reasons = json.get("unavailable").unwrap_or(&empty);
    for (name, value) in json.as_object().unwrap().iter().filter(|(name, _)| *name != "processes") {
        assert_eq!(
            value.is_null(),
            reasons.get(name).is_some(),
            "{name} of GPU {}: {value} {reasons}",
            gpu.id
        );
    }
    for name in reasons.as_object().unwrap().keys() {
        assert!(json.get(name).is_some(), "{name}");
    }
    assert_eq!(gpu.state == GpuState::Ok, gpu.state_detail.is_none(), "{gpu:?}");
    assert_eq!(gpu.state == GpuState::Ok, gpu.state_since.is_none());
    for process in json["processes"].as_array().unwrap() {
        let reasons = process.get("unavailable").unwrap_or(&empty);
        for (name, value) in process.as_object().unwrap() {
            assert_eq!(value.is_null(), reasons.get(name).is_some(), "{name} of {process}");
        }
    }
}
