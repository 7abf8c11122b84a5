//! GPUs that are split into instances.

use nvml_wrapper::{Device, error::NvmlError};

use super::{
    raw,
    reason::{Stop, settle},
    units::mib,
    visit::{Pace, Visit},
};
use crate::telemetry::{Metric, MigInstance};

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    let before = visit.gpu.mig_enabled;
    visit.take(
        Pace::Link,
        Metric::MigEnabled,
        |gpu| &mut gpu.mig_enabled,
        |device| device.mig_mode().map(|mode| mode.current != 0),
    )?;
    if before.is_some() && before != visit.gpu.mig_enabled {
        // A GPU that was split, or is whole again, tells other things than before.
        (visit.link_due, visit.slow_due) = (true, true);
    }
    if !visit.is_split() {
        visit.gpu.mig_instances.clear();
    } else if visit.link_due {
        visit.gpu.mig_instances = instances(&visit.device)?;
    }
    Ok(())
}

/// Looked up anew each time: a handle outlives its instance and may come to stand
/// for another one.
fn instances(gpu: &Device<'_>) -> Result<Vec<MigInstance>, Stop> {
    let mut instances = Vec::new();
    for index in 0..settle(gpu.mig_device_count())?.unwrap_or(0) {
        // Indices have holes.
        if let Ok(device) = settle(gpu.mig_device_by_index(index))? {
            instances.push(instance(index, &device)?);
        }
    }
    Ok(instances)
}

fn instance(index: u32, device: &Device<'_>) -> Result<MigInstance, Stop> {
    let memory = known(device.memory_info())?;
    Ok(MigInstance {
        index,
        uuid: known(raw::uuid(device))?,
        name: known(raw::name(device))?,
        gpu_instance: known(raw::gpu_instance(device))?,
        compute_instance: known(raw::compute_instance(device))?,
        memory_used: memory.as_ref().map(|memory| mib(memory.used)),
        memory_total: memory.as_ref().map(|memory| mib(memory.total)),
    })
}

fn known<T>(answer: Result<T, NvmlError>) -> Result<Option<T>, Stop> {
    settle(answer).map(Result::ok)
}
