//! Values that the driver tells by number only, several in one call.

use std::time::Instant;

use nvml_wrapper::{enums::device::SampleValue, structs::device::FieldId, sys_exports::field_id};

use super::{
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::{
    collect::source::Reading,
    telemetry::{Metric, Reason},
};

const FIELDS: [(Metric, u32); 3] = [
    (Metric::MemoryTemperature, field_id::NVML_FI_DEV_MEMORY_TEMP),
    (Metric::PcieTx, field_id::NVML_FI_DEV_PCIE_COUNT_TX_BYTES),
    (Metric::PcieRx, field_id::NVML_FI_DEV_PCIE_COUNT_RX_BYTES),
];

/// Memory temperature and PCIe traffic. For the latter there is also a call that
/// measures, and sleeps for 20 ms in each direction; the counters cost next to
/// nothing.
pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    let wanted: Vec<_> =
        FIELDS.into_iter().filter(|(metric, _)| visit.wants(Pace::Sample, *metric)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = wanted.iter().map(|(_, id)| FieldId(*id)).collect();
    let answers = settle(visit.device.field_values_for(&ids))?;
    let at = Instant::now();
    let mut answers = answers.map(Vec::into_iter);
    // By position: the answers carry other ids than were asked for on some drivers.
    for (metric, _) in wanted {
        let value = match &mut answers {
            Ok(answers) => match answers.next() {
                Some(answer) => settle(answer.and_then(|sample| sample.value))?,
                None => Err(Reason::NotSupported),
            },
            Err(reason) => Err(*reason),
        };
        match metric {
            Metric::PcieTx => {
                let rate = value.and_then(|value| visit.notes.sent.rate(&value, at));
                visit.put(metric, |gpu| &mut gpu.pcie_tx, rate);
            }
            Metric::PcieRx => {
                let rate = value.and_then(|value| visit.notes.received.rate(&value, at));
                visit.put(metric, |gpu| &mut gpu.pcie_rx, rate);
            }
            _ => {
                let degrees = value.and_then(|value| degrees(&value));
                visit.put(metric, |gpu| &mut gpu.memory_temperature, degrees);
            }
        }
    }
    Ok(())
}

fn degrees(value: &SampleValue) -> Reading<u32> {
    match *value {
        SampleValue::U32(degrees) => Ok(degrees),
        SampleValue::U64(degrees) => u32::try_from(degrees).map_err(|_| Reason::Error),
        SampleValue::I64(degrees) => u32::try_from(degrees).map_err(|_| Reason::Error),
        SampleValue::F64(_) => Err(Reason::Error),
    }
}
