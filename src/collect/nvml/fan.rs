//! Fans.

use super::{
    raw,
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::{
    collect::source::Reading,
    telemetry::{Metric, Reason},
};

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if !visit.wants(Pace::Sample, Metric::FanSpeed) {
        return Ok(());
    }
    if visit.slow_due || visit.notes.fans == 0 {
        visit.notes.fans = settle(visit.device.num_fans())?.unwrap_or(0);
    }
    let speed = fastest(visit)?;
    visit.put(Metric::FanSpeed, |gpu| &mut gpu.fan_speed, speed);
    Ok(())
}

/// The fastest of the fans that answer.
fn fastest(visit: &Visit<'_>) -> Result<Reading<u32>, Stop> {
    if visit.notes.fans == 0 {
        // None, or a driver that cannot count them.
        return settle(raw::fan(&visit.device));
    }
    let mut fastest = Err(Reason::NotSupported);
    for fan in 0..visit.notes.fans {
        fastest = match (fastest, settle(visit.device.fan_speed(fan))?) {
            (Ok(one), Ok(other)) => Ok(one.max(other)),
            (Ok(speed), Err(_)) | (Err(_), Ok(speed)) => Ok(speed),
            (Err(_), Err(reason)) => Err(reason),
        };
    }
    Ok(fastest)
}
