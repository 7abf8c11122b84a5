//! Clocks, and what holds them back.

use crate::clock;
use crate::codes::{INVALID_ARGUMENT, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;
use crate::layout::ViolationTime;
use crate::scenario::{Clocks, Maybe};

getters! {
    on_gpu nvmlDeviceGetClockInfo(gpu, kind: u32 => mhz: u32) clock(gpu, &gpu.spec().clocks, kind);
    on_gpu nvmlDeviceGetMaxClockInfo(gpu, kind: u32 => mhz: u32) clock(gpu, &gpu.spec().max_clocks, kind);
    on_gpu nvmlDeviceGetPerformanceState(gpu => state: u32) gpu.spec().pstate.u32(gpu.time());
    on_gpu nvmlDeviceGetCurrentClocksThrottleReasons(gpu => reasons: u64)
        gpu.spec().throttle_reasons.u64(gpu.time());
    on_gpu nvmlDeviceGetCurrentClocksEventReasons(gpu => reasons: u64) gpu.spec().throttle_reasons.u64(gpu.time());
    on_gpu nvmlDeviceGetSupportedClocksThrottleReasons(gpu => reasons: u64)
        gpu.spec().supported_throttle_reasons.u64(gpu.time());
    on_gpu nvmlDeviceGetSupportedClocksEventReasons(gpu => reasons: u64)
        gpu.spec().supported_throttle_reasons.u64(gpu.time());
    on_gpu nvmlDeviceGetViolationStatus(gpu, policy: u32 => status: ViolationTime) violation(gpu, policy);
}

fn clock(gpu: &Gpu, clocks: &Maybe<Clocks>, kind: u32) -> Outcome<u32> {
    let clocks = clocks.get()?;
    let clock = match kind {
        0 => &clocks.graphics,
        1 => &clocks.sm,
        2 => &clocks.memory,
        3 => &clocks.video,
        _ => return Err(INVALID_ARGUMENT),
    };
    clock.u32(gpu.time())
}

fn violation(gpu: &Gpu, policy: u32) -> Outcome<ViolationTime> {
    let violation = held_back(gpu, policy)?;
    Ok(ViolationTime { reference: clock::epoch_micros(), violation })
}

/// Nanoseconds of one `nvmlPerfPolicyType_t`.
pub(super) fn held_back(gpu: &Gpu, policy: u32) -> Outcome<u64> {
    let causes = gpu.spec().violation_ns.get()?;
    let cause = match policy {
        0 => &causes.power,
        1 => &causes.thermal,
        2 => &causes.sync_boost,
        3 => &causes.board_limit,
        4 => &causes.low_utilization,
        5 => &causes.reliability,
        10 | 11 => return Err(NOT_SUPPORTED),
        _ => return Err(INVALID_ARGUMENT),
    };
    cause.u64(gpu.time())
}
