//! Errors in the GPU's memory.

use nvml_wrapper::enum_wrappers::device::{EccCounter, MemoryError};

use super::{
    raw,
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::telemetry::Metric;

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    visit.take(
        Pace::Slow,
        Metric::EccEnabled,
        |gpu| &mut gpu.ecc_enabled,
        |device| device.is_ecc_enabled().map(|ecc| ecc.currently_enabled),
    )?;
    visit.take(
        Pace::Slow,
        Metric::EccCorrected,
        |gpu| &mut gpu.ecc_corrected,
        |device| device.total_ecc_errors(MemoryError::Corrected, EccCounter::Volatile),
    )?;
    visit.take(
        Pace::Slow,
        Metric::EccUncorrected,
        |gpu| &mut gpu.ecc_uncorrected,
        |device| device.total_ecc_errors(MemoryError::Uncorrected, EccCounter::Volatile),
    )?;
    if visit.wants(Pace::Slow, Metric::RemappedRows) {
        let rows = settle(raw::remapped_rows(&visit.device))?;
        visit.put(Metric::RemappedRows, |gpu| &mut gpu.remapped_rows, rows.map(|rows| rows.0));
        visit.put(Metric::RemappingPending, |gpu| &mut gpu.remapping_pending, rows.map(|rows| rows.1));
        visit.put(Metric::RemappingFailed, |gpu| &mut gpu.remapping_failed, rows.map(|rows| rows.2));
    }
    Ok(())
}
