//! Names, commands and users of the processes on the GPUs.

use crate::telemetry::Gpu;

/// What the operating system knows of processes that use a GPU.
#[derive(Debug, Default)]
pub struct Processes;

impl Processes {
    /// Nothing is known yet.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }

    /// Fills in what the source does not say.
    pub fn fill(&mut self, _gpus: &mut [Gpu]) {}
}
