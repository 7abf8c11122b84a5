//! What an NVML error means: for a value, for a GPU, for the whole source.

use nvml_wrapper::error::NvmlError;

use super::open;
use crate::{
    collect::{
        advice,
        source::{Reading, SourceError},
    },
    telemetry::Reason,
};

/// What ends the reading of a GPU, or of all of them.
#[derive(Debug)]
pub(super) enum Stop {
    /// The GPU does not answer any more; one sentence about it.
    Gpu(&'static str),
    /// The driver is gone, and with it every handle.
    Source(SourceError),
}

/// Takes an answer for what it means: a value, a reason why there is none, or
/// that there is no point in asking on.
pub(super) fn settle<T>(answer: Result<T, NvmlError>) -> Result<Reading<T>, Stop> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) => reason(&error).map(Err),
    }
}

/// Return codes that the wrapper has no name for.
const ARGUMENT_VERSION_MISMATCH: u32 = 25;
const DEPRECATED: u32 = 26;
const GPU_NOT_FOUND: u32 = 28;

fn reason(error: &NvmlError) -> Result<Reason, Stop> {
    use NvmlError as E;
    Ok(match error {
        // Older drivers lack functions and refuse arguments that newer ones know.
        E::NotSupported
        | E::FailedToLoadSymbol(_)
        | E::FunctionNotFound
        | E::InvalidArg
        | E::NotFound
        | E::VgpuEccNotSupported
        | E::UnexpectedVariant(ARGUMENT_VERSION_MISMATCH | DEPRECATED) => Reason::NotSupported,
        E::NoPermission | E::OperatingSystem => Reason::NoPermission,
        E::Timeout => Reason::Timeout,
        E::GpuLost => return Err(Stop::Gpu(advice::LOST)),
        E::ResetRequired => return Err(Stop::Gpu(advice::NEEDS_RESET)),
        E::IrqIssue => return Err(Stop::Gpu("The kernel reports an interrupt problem with this GPU.")),
        E::InsufficientPower => {
            return Err(Stop::Gpu("The GPU's external power cables are not attached properly."));
        }
        E::Uninitialized
        | E::DriverNotLoaded
        | E::LibRmVersionMismatch
        | E::UnexpectedVariant(GPU_NOT_FOUND) => return Err(Stop::Source(open::explain(error))),
        _ => Reason::Error,
    })
}
