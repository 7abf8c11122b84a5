//! How hot the GPU is, and where it gets too hot.

use nvml_wrapper::enum_wrappers::device::{TemperatureSensor, TemperatureThreshold};

use super::{
    reason::Stop,
    visit::{Pace, Visit},
};
use crate::telemetry::Metric;

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    visit.take(
        Pace::Sample,
        Metric::Temperature,
        |gpu| &mut gpu.temperature,
        |device| device.temperature(TemperatureSensor::Gpu),
    )?;
    visit.take(
        Pace::Slow,
        Metric::TemperatureSlowdown,
        |gpu| &mut gpu.temperature_slowdown,
        |device| device.temperature_threshold(TemperatureThreshold::Slowdown),
    )?;
    visit.take(
        Pace::Slow,
        Metric::TemperatureShutdown,
        |gpu| &mut gpu.temperature_shutdown,
        |device| device.temperature_threshold(TemperatureThreshold::Shutdown),
    )
}
