//! Values that the driver tells by number only, several in one call.

use std::time::Instant;

use nvml_wrapper::{enums::device::SampleValue, structs::device::FieldId, sys_exports::field_id};

use super::{
    held,
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::{
    collect::source::Reading,
    telemetry::{Metric, Reason, RecoveryAction},
};

const MEMORY_TEMPERATURE: u32 = field_id::NVML_FI_DEV_MEMORY_TEMP;
const SENT: u32 = field_id::NVML_FI_DEV_PCIE_COUNT_TX_BYTES;
const RECEIVED: u32 = field_id::NVML_FI_DEV_PCIE_COUNT_RX_BYTES;
const RECOVERY: u32 = field_id::NVML_FI_DEV_GET_GPU_RECOVERY_ACTION;

/// Those with a value of their own.
const SINGLE: [(Metric, Pace, u32); 4] = [
    (Metric::MemoryTemperature, Pace::Sample, MEMORY_TEMPERATURE),
    (Metric::PcieTx, Pace::Sample, SENT),
    (Metric::PcieRx, Pace::Sample, RECEIVED),
    (Metric::RecoveryAction, Pace::Link, RECOVERY),
];

/// Memory temperature and PCIe traffic; now and then also what the driver advises,
/// and how long the clocks were held back. For the traffic there is also a call that
/// measures, and sleeps for 20 ms in each direction; the counters cost next to
/// nothing.
pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    let single = SINGLE.into_iter().filter(|(metric, pace, _)| visit.wants(*pace, *metric));
    let mut wanted: Vec<u32> = single.map(|(.., id)| id).collect();
    let shares = visit.wants(Pace::Link, Metric::LimiterShares);
    let singles = wanted.len();
    if shares {
        wanted.extend(held::FIELDS.iter().map(|(id, _)| *id));
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let (mut values, at) = ask(visit, &wanted)?;
    let held = values.split_off(singles);
    for (id, value) in wanted.into_iter().zip(values) {
        take(visit, id, value, at);
    }
    if shares { held::take(visit, held) } else { Ok(()) }
}

/// One answer for each field, by position: on some drivers the answers carry other
/// ids than were asked for.
fn ask(visit: &Visit<'_>, ids: &[u32]) -> Result<(Vec<Reading<SampleValue>>, Instant), Stop> {
    let fields: Vec<_> = ids.iter().map(|id| FieldId(*id)).collect();
    let answers = settle(visit.device.field_values_for(&fields))?;
    let at = Instant::now();
    let mut answers = answers.map(Vec::into_iter);
    let mut values = Vec::with_capacity(ids.len());
    for _ in ids {
        values.push(match &mut answers {
            Ok(answers) => match answers.next() {
                Some(answer) => settle(answer.and_then(|sample| sample.value))?,
                None => Err(Reason::NotSupported),
            },
            Err(reason) => Err(*reason),
        });
    }
    Ok((values, at))
}

fn take(visit: &mut Visit<'_>, id: u32, value: Reading<SampleValue>, at: Instant) {
    match id {
        SENT => {
            let rate = value.and_then(|value| visit.notes.sent.rate(&value, at));
            visit.put(Metric::PcieTx, |gpu| &mut gpu.pcie_tx, rate);
        }
        RECEIVED => {
            let rate = value.and_then(|value| visit.notes.received.rate(&value, at));
            visit.put(Metric::PcieRx, |gpu| &mut gpu.pcie_rx, rate);
        }
        RECOVERY => {
            let action = value.and_then(|value| whole(&value)).map(action);
            visit.put(Metric::RecoveryAction, |gpu| &mut gpu.recovery_action, action);
        }
        _ => {
            let degrees = value.and_then(|value| whole(&value));
            visit.put(Metric::MemoryTemperature, |gpu| &mut gpu.memory_temperature, degrees);
        }
    }
}

/// `nvmlDeviceGpuRecoveryAction_t`.
fn action(code: u32) -> RecoveryAction {
    match code {
        0 => RecoveryAction::None,
        1 => RecoveryAction::Reset,
        2 => RecoveryAction::Reboot,
        3 => RecoveryAction::DrainP2p,
        4 => RecoveryAction::DrainAndReset,
        _ => RecoveryAction::Other,
    }
}

fn whole(value: &SampleValue) -> Reading<u32> {
    match *value {
        SampleValue::U32(figure) => Ok(figure),
        SampleValue::U64(figure) => u32::try_from(figure).map_err(|_| Reason::Error),
        SampleValue::I64(figure) => u32::try_from(figure).map_err(|_| Reason::Error),
        SampleValue::F64(_) => Err(Reason::Error),
    }
}
