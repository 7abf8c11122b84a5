//! Clocks and the performance state.

use nvml_wrapper::{enum_wrappers::device::Clock, error::NvmlError};

use super::{
    raw,
    reason::Stop,
    visit::{Pace, Visit},
};
use crate::telemetry::{Gpu, Metric};

type Slot = fn(&mut Gpu) -> &mut Option<u32>;

const NOW: [(Metric, Slot, Clock); 4] = [
    (Metric::ClockGraphics, |gpu| &mut gpu.clock_graphics, Clock::Graphics),
    (Metric::ClockSm, |gpu| &mut gpu.clock_sm, Clock::SM),
    (Metric::ClockMemory, |gpu| &mut gpu.clock_memory, Clock::Memory),
    (Metric::ClockVideo, |gpu| &mut gpu.clock_video, Clock::Video),
];

const MOST: [(Metric, Slot, Clock); 3] = [
    (Metric::ClockGraphicsMax, |gpu| &mut gpu.clock_graphics_max, Clock::Graphics),
    (Metric::ClockSmMax, |gpu| &mut gpu.clock_sm_max, Clock::SM),
    (Metric::ClockMemoryMax, |gpu| &mut gpu.clock_memory_max, Clock::Memory),
];

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    for (metric, slot, clock) in NOW {
        visit.take(Pace::Sample, metric, slot, |device| device.clock_info(clock))?;
    }
    for (metric, slot, clock) in MOST {
        visit.take(Pace::Once, metric, slot, |device| device.max_clock_info(clock))?;
    }
    visit.take(
        Pace::Sample,
        Metric::PerformanceState,
        |gpu| &mut gpu.performance_state,
        |device| match raw::performance_state(device)? {
            state @ 0..=15 => Ok(state),
            _ => Err(NvmlError::NoData),
        },
    )
}
