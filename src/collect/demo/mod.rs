//! Simulated GPUs, for machines that have none. Each value follows from the time
//! since the start and the GPU's index alone, so a scene always runs the same way.

mod announced;
mod asleep;
mod cast;
mod curve;
mod faulty;
mod hang;
mod idle_hog;
mod lost;
mod mig;
mod model;
mod operation;
mod reading;
mod scenario;
mod shares;
mod slot;
mod throttle;
mod unified;
mod work;

use std::time::{Instant, SystemTime};

pub(super) use cast::cast;
pub use scenario::{DemoScenario, UnknownScenario};

use super::{Source, SourceError};
use crate::telemetry::{Event, Gpu, Provider, Timestamp};

/// The most GPUs that are simulated.
const MAX_GPUS: u32 = 64;

/// Simulated GPUs.
#[derive(Debug)]
pub struct DemoSource {
    scenario: DemoScenario,
    count: u32,
    start: Instant,
    start_wall: Timestamp,
    /// Milliseconds since the start at which the last sample was taken.
    passed: u64,
    /// Up to when its events are told, in the same way.
    told: Option<u64>,
}

impl DemoSource {
    /// A scene that starts now. With `gpus` there are that many, at least 1 and
    /// at most 64, the scene's own over and over.
    #[must_use]
    pub fn new(scenario: DemoScenario, gpus: Option<u32>) -> Self {
        Self::starting(scenario, gpus, Instant::now(), SystemTime::now().into())
    }

    fn starting(scenario: DemoScenario, gpus: Option<u32>, start: Instant, start_wall: Timestamp) -> Self {
        let own = u32::try_from(scenario.slots().len()).unwrap_or(MAX_GPUS);
        Self {
            scenario,
            count: gpus.unwrap_or(own).clamp(1, MAX_GPUS),
            start,
            start_wall,
            passed: 0,
            told: None,
        }
    }
}

impl Source for DemoSource {
    fn provider(&self) -> Provider {
        Provider::Demo
    }

    /// Never fails.
    fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let passed = now.saturating_duration_since(self.start);
        let slots = self.scenario.slots().iter().cycle();
        let mut gpus: Vec<Gpu> = (0..self.count)
            .zip(slots.clone())
            .map(|(index, slot)| slot.gpu(index, passed.as_secs_f64()))
            .collect();
        self.passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        if self.scenario == DemoScenario::Lost {
            lost::lose(&mut gpus, self.passed, self.start_wall);
        }
        for (gpu, slot) in gpus.iter_mut().zip(slots) {
            gpu.idle_since = slot.idle.map(|seconds| self.start_wall.earlier(1000 * seconds));
            if slot.sleeps {
                asleep::put_to_sleep(gpu, self.passed, self.start_wall);
            }
        }
        Ok(gpus)
    }

    fn events(&mut self) -> Vec<Event> {
        let told = self.told.replace(self.passed);
        announced::between(self.scenario, told, self.passed, self.start_wall, self.count)
    }
}

#[cfg(test)]
mod tests;
