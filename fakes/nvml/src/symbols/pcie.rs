//! The PCI Express link.

use std::thread;
use std::time::Duration;

use crate::codes::{INVALID_ARGUMENT, Outcome};
use crate::gpu::Gpu;

/// For how long the real function watches the traffic, and blocks.
const WATCH: Duration = Duration::from_millis(20);

getters! {
    on_gpu nvmlDeviceGetMaxPcieLinkGeneration(gpu => generation: u32)
        gpu.spec().pcie.get()?.generation_max.u32(gpu.time());
    on_gpu nvmlDeviceGetMaxPcieLinkWidth(gpu => lanes: u32) gpu.spec().pcie.get()?.width_max.u32(gpu.time());
    on_gpu nvmlDeviceGetCurrPcieLinkGeneration(gpu => generation: u32)
        gpu.spec().pcie.get()?.generation.u32(gpu.time());
    on_gpu nvmlDeviceGetCurrPcieLinkWidth(gpu => lanes: u32) gpu.spec().pcie.get()?.width.u32(gpu.time());
    on_gpu nvmlDeviceGetPcieThroughput(gpu, counter: u32 => kilobytes_per_second: u32) throughput(gpu, counter);
    on_gpu nvmlDeviceGetPcieReplayCounter(gpu => count: u32) gpu.spec().pcie.get()?.replay.u32(gpu.time());
}

fn throughput(gpu: &Gpu, counter: u32) -> Outcome<u32> {
    let pcie = gpu.spec().pcie.get()?;
    let rate = match counter {
        0 => &pcie.tx_k_bps,
        1 => &pcie.rx_k_bps,
        _ => return Err(INVALID_ARGUMENT),
    };
    let rate = rate.u32(gpu.time())?;
    thread::sleep(WATCH);
    Ok(rate)
}
