//! Power and energy.

use super::{
    reason::{Stop, settle},
    units::{joules, watts},
    visit::{Pace, Visit},
};
use crate::telemetry::{Metric, Reason};

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    visit.take(
        Pace::Sample,
        Metric::PowerUsage,
        |gpu| &mut gpu.power_usage,
        |device| device.power_usage().map(watts),
    )?;
    visit.take(
        Pace::Sample,
        Metric::Energy,
        |gpu| &mut gpu.energy,
        |device| device.total_energy_consumption().map(joules),
    )?;
    limit(visit)?;
    visit.take(
        Pace::Slow,
        Metric::PowerLimitDefault,
        |gpu| &mut gpu.power_limit_default,
        |device| device.power_management_limit_default().map(watts),
    )?;
    visit.take(
        Pace::Slow,
        Metric::PowerLimitMax,
        |gpu| &mut gpu.power_limit_max,
        |device| device.power_management_limit_constraints().map(|limits| watts(limits.max_limit)),
    )
}

/// The limit in force may be lower than the one that was set; older drivers only
/// know the latter. An operator who sets it watches the page, hence the pace.
fn limit(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if !visit.wants(Pace::Link, Metric::PowerLimit) {
        return Ok(());
    }
    let limit = match settle(visit.device.enforced_power_limit())? {
        Err(Reason::NotSupported) => settle(visit.device.power_management_limit())?,
        limit => limit,
    };
    visit.put(Metric::PowerLimit, |gpu| &mut gpu.power_limit, limit.map(watts));
    Ok(())
}
