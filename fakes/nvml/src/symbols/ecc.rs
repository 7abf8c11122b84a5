//! Memory errors.

use crate::codes::{INVALID_ARGUMENT, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;

/// `NVML_MEMORY_LOCATION_DRAM`, the place of all the scenario's errors.
const DRAM: u32 = 2;

getters! {
    on_gpu nvmlDeviceGetEccMode(gpu => current: u32, pending: u32)
        gpu.spec().ecc.get()?.enabled.u32(gpu.time()).map(|enabled| (enabled, enabled));
    on_gpu nvmlDeviceGetTotalEccErrors(gpu, error: u32, counter: u32 => count: u64) errors(gpu, error, counter);
    on_gpu nvmlDeviceGetMemoryErrorCounter(gpu, error: u32, counter: u32, location: u32 => count: u64)
        located(gpu, error, counter, location);
    on_gpu nvmlDeviceGetRemappedRows(
        gpu => corrected: u32, uncorrected: u32, pending: u32, failure: u32
    ) remapped_rows(gpu);
}

/// The count of one `nvmlMemoryErrorType_t` and `nvmlEccCounterType_t`.
pub(super) fn errors(gpu: &Gpu, error: u32, counter: u32) -> Outcome<u64> {
    let ecc = gpu.spec().ecc.get()?;
    if !ecc.enabled.is_true(gpu.time())? {
        return Err(NOT_SUPPORTED);
    }
    let count = match (error, counter) {
        (0, 0) => &ecc.volatile_corrected,
        (1, 0) => &ecc.volatile_uncorrected,
        (0, 1) => &ecc.aggregate_corrected,
        (1, 1) => &ecc.aggregate_uncorrected,
        _ => return Err(INVALID_ARGUMENT),
    };
    count.u64(gpu.time())
}

fn located(gpu: &Gpu, error: u32, counter: u32, location: u32) -> Outcome<u64> {
    let all = errors(gpu, error, counter)?;
    match location {
        DRAM => Ok(all),
        0..=7 => Ok(0),
        _ => Err(INVALID_ARGUMENT),
    }
}

fn remapped_rows(gpu: &Gpu) -> Outcome<(u32, u32, u32, u32)> {
    let (rows, time) = (gpu.spec().remapped_rows.get()?, gpu.time());
    let (pending, failure) = (rows.pending.u32(time)?, rows.failure.u32(time)?);
    Ok((rows.correctable.u32(time)?, rows.uncorrectable.u32(time)?, pending, failure))
}
