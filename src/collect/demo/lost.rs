//! A GPU that falls off the bus and comes back.

use crate::telemetry::{Gpu, GpuState, Reason, Timestamp};

/// Index of the GPU; the last one where there are fewer.
pub(super) const INDEX: usize = 3;
/// Milliseconds of a round.
pub(super) const ROUND: u64 = 60_000;
/// Milliseconds into the round at which the GPU is lost.
pub(super) const GONE: u64 = 20_000;
/// Milliseconds into the round at which it answers again.
const BACK: u64 = 40_000;

/// Takes the GPU away if it is lost this many milliseconds after `start`.
pub(super) fn lose(gpus: &mut [Gpu], millis: u64, start: Timestamp) {
    let into = millis % ROUND;
    if !(GONE..BACK).contains(&into) {
        return;
    }
    let index = INDEX.min(gpus.len().saturating_sub(1));
    if let Some(gpu) = gpus.get_mut(index) {
        gpu.clear(Reason::Lost);
        gpu.state = GpuState::Lost;
        gpu.state_detail = Some("Fell off the bus (XID 79). Reset the GPU or reboot the machine.".to_owned());
        gpu.state_since = Some(Timestamp::from_millis(start.millis() + millis - into + GONE));
    }
}
