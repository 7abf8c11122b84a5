//! How busy a GPU is.

use crate::codes::Outcome;
use crate::gpu::Gpu;
use crate::layout::Utilization;
use crate::scenario::Metric;

/// Over how many microseconds the engines' utilisation is taken.
const PERIOD: u32 = 167_000;

getters! {
    on_gpu nvmlDeviceGetUtilizationRates(gpu => rates: Utilization) rates(gpu);
    on_gpu nvmlDeviceGetEncoderUtilization(gpu => percent: u32, period: u32) engine(gpu, &gpu.spec().encoder);
    on_gpu nvmlDeviceGetDecoderUtilization(gpu => percent: u32, period: u32) engine(gpu, &gpu.spec().decoder);
    on_gpu nvmlDeviceGetJpgUtilization(gpu => percent: u32, period: u32) engine(gpu, &gpu.spec().jpeg);
    on_gpu nvmlDeviceGetOfaUtilization(gpu => percent: u32, period: u32) engine(gpu, &gpu.spec().ofa);
}

fn rates(gpu: &Gpu) -> Outcome<Utilization> {
    gpu.whole()?;
    let busy = gpu.spec().utilization.get()?;
    Ok(Utilization { gpu: busy.gpu.u32(gpu.time())?, memory: busy.memory.u32(gpu.time())? })
}

fn engine(gpu: &Gpu, busy: &Metric) -> Outcome<(u32, u32)> {
    gpu.whole()?;
    Ok((busy.u32(gpu.time())?, PERIOD))
}
