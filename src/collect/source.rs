//! What every telemetry source offers.

use std::time::Instant;

use crate::telemetry::{Event, Gpu, Provider, Reason};

/// One value, or why there is none.
pub type Reading<T> = Result<T, Reason>;

/// A way to read the GPUs. Lives on the sampler's thread: it may block, and a
/// driver that hangs delays the next sample, nothing else.
pub trait Source {
    /// Which one it is.
    fn provider(&self) -> Provider;

    /// All GPUs at this instant, in the source's order. A value that fails costs
    /// that value, a GPU that fails costs that GPU (its state says so).
    ///
    /// `now` paces what is read less often than every sample.
    ///
    /// # Errors
    /// When the source as a whole is dead (driver unloaded, child process gone)
    /// and must be opened again.
    fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError>;

    /// What the driver announced since the last call, oldest first.
    fn events(&mut self) -> Vec<Event> {
        Vec::new()
    }
}

/// Why a source as a whole gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SourceError {
    /// One sentence for page, API and log.
    pub reason: String,
    /// What to do about it, one sentence; may be empty.
    pub hint: String,
    /// It is not installed on this machine at all.
    pub absent: bool,
}

impl SourceError {
    /// The error of a source that is installed.
    pub fn new(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason: reason.into(), hint: hint.into(), absent: false }
    }

    /// The error of a source that is not installed.
    pub fn absent(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { absent: true, ..Self::new(reason, hint) }
    }
}
