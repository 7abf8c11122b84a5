//! GPUs that are split into instances.

use nvml_wrapper::{Device, error::NvmlError};

use super::{
    raw::{self, Handle},
    reason::{Stop, settle},
    units::mib,
    visit::{Pace, Visit},
};
use crate::telemetry::{Metric, MigInstance};

/// A MIG device to be asked, for as long as the split stays as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) handle: Handle,
    pub(super) gpu_instance: Option<u32>,
    pub(super) compute_instance: Option<u32>,
}

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
        visit.notes.places.clear();
    } else if visit.link_due {
        (visit.gpu.mig_instances, visit.notes.places) = instances(&visit.device)?.into_iter().unzip();
    }
    Ok(())
}

/// Looked up anew each time: a handle outlives its instance and may come to stand
/// for another one.
fn instances(gpu: &Device<'_>) -> Result<Vec<(MigInstance, Place)>, Stop> {
    let mut instances = Vec::new();
    for index in 0..settle(gpu.mig_device_count())?.unwrap_or(0) {
        // Indices have holes.
        if let Ok(device) = settle(gpu.mig_device_by_index(index))? {
            instances.push(instance(index, &device)?);
        }
    }
    Ok(instances)
}

fn instance(index: u32, device: &Device<'_>) -> Result<(MigInstance, Place), Stop> {
    let memory = known(device.memory_info())?;
    let place = Place {
        handle: Handle::of(device),
        gpu_instance: known(raw::gpu_instance(device))?,
        compute_instance: known(raw::compute_instance(device))?,
    };
    let instance = MigInstance {
        index,
        uuid: known(raw::uuid(device))?,
        name: known(raw::name(device))?,
        gpu_instance: place.gpu_instance,
        compute_instance: place.compute_instance,
        memory_used: memory.as_ref().map(|memory| mib(memory.used)),
        memory_total: memory.as_ref().map(|memory| mib(memory.total)),
    };
    Ok((instance, place))
}

fn known<T>(answer: Result<T, NvmlError>) -> Result<Option<T>, Stop> {
    settle(answer).map(Result::ok)
}
