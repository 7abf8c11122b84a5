//! The same machine through every source: what two of them both serve is the same,
//! but for the rounding that `table.rs` and docs/SOURCES.md name.
#![allow(clippy::unwrap_used, clippy::panic)]
#![recursion_limit = "256"]

#[path = "../support/built.rs"]
mod built;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;
#[path = "../support/fake_program.rs"]
mod fake_program;

mod docs;
mod machine;
mod nvidia_smi;
mod nvml;
mod nvtop;
mod processes;
mod table;
mod values;

use std::{
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{collect::Source, telemetry::Gpu};

/// A source, and what keeps its fake alive.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) source: Box<dyn Source>,
    pub(crate) _fake: Box<dyn std::any::Any>,
}

impl Reader {
    /// All GPUs, once everything that comes a little later has come.
    pub(crate) fn read(&mut self) -> Vec<Gpu> {
        let start = Instant::now();
        loop {
            let gpus = self.source.read(Instant::now()).unwrap();
            let pending = |gpu: &Gpu| {
                gpu.unavailable.values().any(|reason| *reason == gpu_observatory::telemetry::Reason::Pending)
            };
            if !gpus.iter().any(pending) {
                return gpus;
            }
            assert!(start.elapsed() < fake_program::PLENTY, "{}: still pending: {gpus:?}", self.name);
            thread::sleep(Duration::from_millis(20));
        }
    }
}
