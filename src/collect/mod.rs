//! Reads the machine: GPUs from one telemetry source, processes and host from
//! the operating system. Everything in here may block and runs on one thread of
//! its own; nothing in here knows who reads the result.

mod child;
mod demo;
mod source;
mod stub;
pub use stub::*;

pub use demo::{DemoScenario, DemoSource, UnknownScenario};
pub use source::{Reading, Source, SourceError};
