//! The links between GPUs.

use crate::codes::{INVALID_ARGUMENT, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;
use crate::layout::PciInfo;
use crate::scenario::NvLink;

use super::identity;

/// `NVML_NVLINK_DEVICE_TYPE_SWITCH`
const SWITCH: u32 = 2;

getters! {
    on_gpu nvmlDeviceGetNvLinkState(gpu, number: u32 => active: u32)
        link(gpu, number).map(|links| u32::from(links.is_active(number, gpu.time())));
    on_gpu nvmlDeviceGetNvLinkVersion(gpu, number: u32 => version: u32)
        up(gpu, number)?.version.u32(gpu.time());
    on_gpu nvmlDeviceGetNvLinkRemotePciInfo_v2(gpu, number: u32 => pci: PciInfo) remote(gpu, number);
    on_gpu nvmlDeviceGetNvLinkRemoteDeviceType(gpu, number: u32 => kind: u32) up(gpu, number).map(|_| SWITCH);
    on_gpu nvmlDeviceGetNvLinkErrorCounter(gpu, number: u32, counter: u32 => count: u64)
        errors(gpu, number, counter);
}

/// The links, of which this is one. A GPU that is split has none.
fn link(gpu: &Gpu, number: u32) -> Outcome<&NvLink> {
    gpu.whole()?;
    let links = gpu.spec().nvlink.get()?;
    if number < links.links { Ok(links) } else { Err(INVALID_ARGUMENT) }
}

/// The same, for what only a link that is up can tell.
pub(super) fn up(gpu: &Gpu, number: u32) -> Outcome<&NvLink> {
    let links = link(gpu, number)?;
    if links.is_active(number, gpu.time()) { Ok(links) } else { Err(NOT_SUPPORTED) }
}

fn remote(gpu: &Gpu, number: u32) -> Outcome<PciInfo> {
    up(gpu, number)?;
    // The four switches of a board of eight GPUs, in turn.
    identity::place(&format!("00000000:{:02X}:00.0", 5 + number % 4), 0x22a3_10de, 0)
}

fn errors(gpu: &Gpu, number: u32, counter: u32) -> Outcome<u64> {
    let links = up(gpu, number)?;
    if counter < 5 { links.errors.u64(gpu.time()) } else { Err(INVALID_ARGUMENT) }
}
