//! How long limiters have held the clocks back.

use std::time::Duration;

use nvml_wrapper::{
    enum_wrappers::device::PerformancePolicy, enums::device::SampleValue, sys_exports::field_id,
};

use super::{
    reason::{Stop, settle},
    visit::Visit,
};
use crate::{
    collect::{shares::Counters, source::Reading},
    telemetry::{Limiter, Metric, Reason},
};

/// The fields, in nanoseconds each. Drivers before 570 lack all but the first two
/// and the last, which is what newer ones call the software's thermal slowdown.
pub(super) const FIELDS: [(u32, Limiter); 6] = [
    (field_id::NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_POWER_CAP, Limiter::PowerCap),
    (field_id::NVML_FI_DEV_CLOCKS_EVENT_REASON_SYNC_BOOST, Limiter::SyncBoost),
    (field_id::NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN, Limiter::ThermalSoftware),
    (field_id::NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN, Limiter::ThermalHardware),
    (field_id::NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN, Limiter::PowerBrake),
    (field_id::NVML_FI_DEV_PERF_POLICY_THERMAL, Limiter::ThermalSoftware),
];

/// The same from a call of its own, for devices that know no such fields.
const POLICIES: [(PerformancePolicy, Limiter); 3] = [
    (PerformancePolicy::Power, Limiter::PowerCap),
    (PerformancePolicy::Thermal, Limiter::ThermalSoftware),
    (PerformancePolicy::SyncBoost, Limiter::SyncBoost),
];

/// Takes what the fields say, in their order.
pub(super) fn take(visit: &mut Visit<'_>, fields: Vec<Reading<SampleValue>>) -> Result<(), Stop> {
    let limiters = FIELDS.iter().map(|(_, limiter)| *limiter);
    let mut counters =
        gathered(limiters.zip(fields.into_iter().map(|value| value.and_then(|value| nanoseconds(&value)))));
    if counters == Err(Reason::NotSupported) {
        let mut told = Vec::new();
        for (policy, limiter) in POLICIES {
            let status = settle(visit.device.violation_status(policy))?;
            told.push((limiter, status.map(|status| status.violation_time)));
        }
        counters = gathered(told);
    }
    let at = visit.at();
    let shares = counters.and_then(|counters| visit.notes.tally.add(at, counters));
    visit.put(Metric::LimiterShares, |gpu| &mut gpu.limiter_shares, shares);
    Ok(())
}

/// What the device counts; nothing while one of the counters cannot be read.
fn gathered(told: impl IntoIterator<Item = (Limiter, Reading<u64>)>) -> Reading<Counters> {
    let mut counters = Counters::new();
    for (limiter, counter) in told {
        match counter {
            Ok(counter) => {
                counters.entry(limiter).or_insert(Duration::from_nanos(counter));
            }
            Err(Reason::NotSupported) => {}
            Err(reason) => return Err(reason),
        }
    }
    if counters.is_empty() { Err(Reason::NotSupported) } else { Ok(counters) }
}

fn nanoseconds(value: &SampleValue) -> Reading<u64> {
    match *value {
        SampleValue::U64(count) => Ok(count),
        SampleValue::U32(count) => Ok(count.into()),
        SampleValue::I64(count) => u64::try_from(count).map_err(|_| Reason::Error),
        SampleValue::F64(_) => Err(Reason::Error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_of_two_names_counts() {
        let (new, old) = ((Limiter::ThermalSoftware, Ok(5)), (Limiter::ThermalSoftware, Ok(9)));
        let lacking = (Limiter::ThermalSoftware, Err(Reason::NotSupported));
        let counted = |told: &[(Limiter, Reading<u64>)]| {
            gathered(told.iter().copied()).map(|counters| counters[&Limiter::ThermalSoftware].as_nanos())
        };
        assert_eq!(counted(&[new, old]), Ok(5));
        assert_eq!(counted(&[lacking, old]), Ok(9));
        assert_eq!(counted(&[lacking, lacking]), Err(Reason::NotSupported));
        assert_eq!(counted(&[new, (Limiter::PowerCap, Err(Reason::Timeout))]), Err(Reason::Timeout));
        assert_eq!(nanoseconds(&SampleValue::I64(-1)), Err(Reason::Error));
    }
}
