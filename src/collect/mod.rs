//! Reads the machine: GPUs from one telemetry source, processes and host from
//! the operating system. Everything in here may block and runs on one thread of
//! its own; nothing in here knows who reads the result.

mod advice;
mod candidate;
mod child;
mod choose;
mod chronicle;
mod collector;
mod container;
mod demo;
#[cfg(any(feature = "fuzz", test))]
pub(crate) mod fuzz;
mod host;
mod idle;
mod meminfo;
mod nvidia_smi;
mod nvml;
mod nvtop;
mod openers;
mod privacy;
mod probe;
mod processes;
mod rest;
mod retry;
mod shares;
mod source;
mod units;
mod worker;

/// The parsers of the sources, each by itself: for measurements.
#[doc(hidden)]
pub mod parsers {
    pub use super::{
        nvidia_smi::alone::{nvidia_smi_rows, nvidia_smi_xml},
        nvtop::alone::nvtop,
    };
}

pub use candidate::Opener;
pub use choose::{Choice, Outcome};
pub use collector::Collector;
pub use demo::{DemoScenario, DemoSource, UnknownScenario};
pub use host::HostReader;
pub use nvidia_smi::NvidiaSmiSource;
pub use nvml::NvmlSource;
pub use nvtop::NvtopSource;
pub use openers::DemoSettings;
pub use privacy::{Discretion, ProcessDetails};
pub use probe::{Finding, probe, surroundings};
pub use processes::Processes;
pub use source::{Reading, Source, SourceError};
pub use worker::Open;
