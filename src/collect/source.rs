//! What every telemetry source offers.

use std::time::Instant;

use crate::telemetry::{Gpu, Provider, Reason};

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
}

/// Why a source as a whole gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SourceError {
    /// One sentence for page, API and log.
    pub reason: String,
    /// What to do about it, one sentence; may be empty.
    pub hint: String,
}
