//! Who a GPU is, and which driver serves it.

use nvml_wrapper::{Nvml, error::NvmlError};

use super::{
    raw,
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::{
    collect::source::{Reading, SourceError},
    telemetry::{Gpu, Metric, Reason},
};

/// The driver, one for all GPUs.
#[derive(Debug)]
pub(super) struct Driver {
    version: Reading<String>,
    cuda: Reading<u32>,
    /// How it writes its lists of processes.
    pub(super) has_long_entries: bool,
}

impl Driver {
    pub(super) fn of(nvml: &Nvml) -> Result<Self, SourceError> {
        let version = known(nvml.sys_driver_version())?;
        // The first asks libcuda, which a container may lack; the second, the driver.
        let cuda = nvml.sys_cuda_driver_version().or_else(|_| raw::cuda_version(nvml));
        let cuda = known(cuda)?.and_then(|cuda| u32::try_from(cuda).map_err(|_| Reason::Error));
        let has_long_entries = version.as_deref().is_ok_and(raw::has_long_entries);
        Ok(Self { version, cuda, has_long_entries })
    }

    pub(super) fn describe(&self, gpu: &mut Gpu) {
        gpu.set(Metric::DriverVersion, |gpu| &mut gpu.driver_version, self.version.clone());
        gpu.set(Metric::CudaVersion, |gpu| &mut gpu.cuda_version, self.cuda);
    }
}

fn known<T>(answer: Result<T, NvmlError>) -> Result<Reading<T>, SourceError> {
    match settle(answer) {
        Ok(reading) => Ok(reading),
        Err(Stop::Gpu(_)) => Ok(Err(Reason::Error)),
        Err(Stop::Source(error)) => Err(error),
    }
}

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    visit.take(Pace::Once, Metric::Uuid, |gpu| &mut gpu.uuid, raw::uuid)?;
    visit.take(Pace::Once, Metric::Name, |gpu| &mut gpu.name, raw::name)?;
    visit.take(
        Pace::Once,
        Metric::PciBusId,
        |gpu| &mut gpu.pci_bus_id,
        |device| device.pci_info().map(|pci| pci.bus_id),
    )
}
