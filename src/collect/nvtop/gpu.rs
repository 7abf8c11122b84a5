//! One device of a listing.

use serde_json::Value;

use super::{cell, processes, version::Version};
use crate::{
    collect::{processes::text::printable, source::Reading, units::mib},
    telemetry::{Gpu, GpuState, Metric, Reason},
};

/// How the names of NVIDIA's cards begin; older drivers leave out the maker.
const NVIDIA: [&str; 7] = ["NVIDIA", "GeForce", "Quadro", "Tesla", "TITAN", "GRID", "NVS"];

/// Most MHz and watts that are believed.
const MOST: u32 = 100_000;

/// Most characters of a name that is shown. No name comes near to this.
pub(super) const LONGEST: usize = 256;

/// Most memory that is believed: a pebibyte.
pub(super) const MOST_BYTES: u64 = 1 << 50;

/// `mem_util` is not read: it is a share of the memory that is in use, not of the
/// time in which it is. `encode_decode` is not either: nobody can tell the encoder's
/// part of it from the decoder's.
pub(super) fn read(id: u32, device: &Value, version: Version) -> Gpu {
    let mut gpu = Gpu { id, ..Gpu::default() };
    let megahertz = |key| cell::figure(device, key, "MHz", MOST);
    gpu.set(Metric::Name, |gpu| &mut gpu.name, name(device));
    gpu.set(Metric::Utilization, |gpu| &mut gpu.utilization, cell::percent(device, "gpu_util"));
    gpu.set(Metric::EncoderUtilization, |gpu| &mut gpu.encoder_utilization, cell::percent(device, "encode"));
    gpu.set(Metric::DecoderUtilization, |gpu| &mut gpu.decoder_utilization, cell::percent(device, "decode"));
    gpu.set(Metric::Temperature, |gpu| &mut gpu.temperature, cell::celsius(device, "temp"));
    let power = cell::figure(device, "power_draw", "W", MOST).map(f64::from);
    gpu.set(Metric::PowerUsage, |gpu| &mut gpu.power_usage, power);
    gpu.set(Metric::ClockGraphics, |gpu| &mut gpu.clock_graphics, megahertz("gpu_clock"));
    gpu.set(Metric::ClockMemory, |gpu| &mut gpu.clock_memory, megahertz("mem_clock"));
    gpu.set(Metric::FanSpeed, |gpu| &mut gpu.fan_speed, fan(device));
    memory(&mut gpu, device, version);
    match processes::listed(device) {
        Ok(processes) => gpu.processes = processes,
        Err(reason) => {
            gpu.unavailable.insert(Metric::Processes, reason);
        }
    }
    gpu.explain(Reason::NotReported);
    if !Metric::MEASURED.iter().any(|metric| gpu.has(*metric)) {
        gpu.state = GpuState::Unreadable;
        gpu.state_detail = Some("nvtop lists this GPU but reads nothing of it.".to_owned());
    }
    gpu
}

fn name(device: &Value) -> Reading<String> {
    let name = printable(&cell::text(device, "device_name")?);
    let name: String = name.trim().chars().take(LONGEST).collect();
    if name.is_empty() { Err(Reason::NotReported) } else { Ok(name) }
}

/// Its share of the most it can do.
fn fan(device: &Value) -> Reading<u32> {
    let text = cell::text(device, "fan_speed")?;
    if text == "CPU Fan" {
        // The fan in the machine is the processor's.
        Err(Reason::NotSupported)
    } else if text.ends_with("RPM") {
        // Of how many it could do is not told.
        Err(Reason::NotReported)
    } else {
        cell::figure(device, "fan_speed", "%", 1000)
    }
}

fn memory(gpu: &mut Gpu, device: &Value, version: Version) {
    let nvidia = gpu.name.as_ref().is_some_and(|name| NVIDIA.iter().any(|maker| name.starts_with(maker)));
    let bytes = |key, most| cell::text(device, key).and_then(|text| cell::whole(&text, "", most));
    let total = if nvidia && version.has_wrong_nvidia_memory() {
        Err(Reason::NotReported)
    } else {
        // No GPU has memory of zero bytes: it is a way to say that it has none.
        bytes("mem_total", MOST_BYTES)
            .and_then(|total| if total > 0 { Ok(total) } else { Err(Reason::NotSupported) })
    };
    let part = |key| total.and_then(|total| bytes(key, total)).map(mib);
    gpu.set(Metric::MemoryUsed, |gpu| &mut gpu.memory_used, part("mem_used"));
    gpu.set(Metric::MemoryFree, |gpu| &mut gpu.memory_free, part("mem_free"));
    gpu.set(Metric::MemoryTotal, |gpu| &mut gpu.memory_total, total.map(mib));
    // nvtop asks NVIDIA's driver in the old way, which counts the reserved as used.
    gpu.memory_used_with_reserved = nvidia && gpu.memory_used.is_some();
}
