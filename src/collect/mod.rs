//! Reads the machine: GPUs from one telemetry source, processes and host from
//! the operating system. Everything in here may block and runs on one thread of
//! its own; nothing in here knows who reads the result.

mod container;
mod demo;
mod nvml;
mod processes;
mod source;
mod stub;
pub use stub::*;

pub use demo::{DemoScenario, DemoSource, UnknownScenario};
pub use nvml::NvmlSource;
pub use processes::Processes;
pub use source::{Reading, Source, SourceError};
