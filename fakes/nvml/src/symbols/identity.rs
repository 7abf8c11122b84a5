//! What a device is.

use std::borrow::Cow;
use std::ffi::c_char;

use crate::codes::{Outcome, UNKNOWN};
use crate::gpu::Gpu;
use crate::layout::PciInfo;

texts! {
    on_any nvmlDeviceGetName(gpu) name(gpu);
    on_any nvmlDeviceGetUUID(gpu) gpu.uuid().map(|uuid| uuid.into_owned().into_bytes());
    on_gpu nvmlDeviceGetSerial(gpu) gpu.serial().map(|serial| serial.into_owned().into_bytes());
    on_gpu nvmlDeviceGetVbiosVersion(gpu) gpu.spec().vbios.get();
}

getters! {
    on_any nvmlDeviceGetIndex(gpu => index: u32) Ok(gpu.target.mig.unwrap_or(gpu.target.gpu).into());
    on_gpu nvmlDeviceGetMinorNumber(gpu => minor: u32) gpu.minor();
    on_gpu nvmlDeviceGetPciInfo_v3(gpu => pci: PciInfo) pci_info(gpu);
    on_gpu nvmlDeviceGetBrand(gpu => brand: u32) gpu.spec().brand.u32(gpu.time());
    on_gpu nvmlDeviceGetArchitecture(gpu => architecture: u32) gpu.spec().architecture.u32(gpu.time());
    on_gpu nvmlDeviceGetCudaComputeCapability(gpu => major: i32, minor: i32)
        gpu.spec().compute_capability.get().copied();
}

fn name(gpu: &Gpu) -> Outcome<Cow<'_, [u8]>> {
    if gpu.target.mig.is_some() {
        return Ok(gpu.instance()?.name.as_bytes().into());
    }
    let spec = gpu.spec();
    match &spec.name_bytes {
        Some(bytes) => Ok(bytes.into()),
        None => spec.name.get().map(|name| name.as_bytes().into()),
    }
}

fn pci_info(gpu: &Gpu) -> Outcome<PciInfo> {
    let (spec, time) = (gpu.spec(), gpu.time());
    place(&gpu.bus_id()?, spec.pci_device_id.u32(time)?, spec.pci_subsystem_id.u32(time)?)
}

/// The description of a place on the bus.
pub(super) fn place(bus_id: &str, pci_device_id: u32, pci_subsystem_id: u32) -> Outcome<PciInfo> {
    let (domain, bus, device) = bus_place(bus_id).ok_or(UNKNOWN)?;
    Ok(PciInfo {
        // The old form has room for four digits of the domain only.
        bus_id_legacy: chars(&format!("{:04X}:{bus:02X}:{device:02X}.0", domain & 0xffff)),
        domain,
        bus,
        device,
        pci_device_id,
        pci_subsystem_id,
        bus_id: chars(bus_id),
    })
}

/// Domain, bus and device of a bus id, of whichever case and number of digits.
pub(super) fn bus_place(bus_id: &str) -> Option<(u32, u32, u32)> {
    let mut parts = bus_id.trim().rsplit(':');
    let device = parts.next()?.split('.').next()?;
    let bus = parts.next()?;
    let domain = parts.next().unwrap_or("0");
    let number = |digits| u32::from_str_radix(digits, 16).ok();
    Some((number(domain)?, number(bus)?, number(device)?))
}

/// A string in a field of a structure, cut where it does not fit.
fn chars<const N: usize>(text: &str) -> [c_char; N] {
    let mut field = [0; N];
    for (place, byte) in field[..N - 1].iter_mut().zip(text.bytes()) {
        *place = byte.cast_signed();
    }
    field
}
