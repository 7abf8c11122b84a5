#![allow(missing_docs, missing_debug_implementations)]
use super::DemoScenario;
use crate::telemetry::{Provider, Snapshot, Timestamp};
use std::time::Instant;
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoSettings {
    pub scenario: DemoScenario,
    pub gpus: Option<u32>,
}
pub struct Collector;
impl Collector {
    pub fn open(_: Option<Provider>, _: DemoSettings, _: bool) -> Self {
        Self
    }
    pub fn sample(&mut self, _now: Instant, wall: Timestamp) -> Snapshot {
        Snapshot { timestamp: wall, provider: Some(Provider::Demo), ..Snapshot::default() }
    }
}
