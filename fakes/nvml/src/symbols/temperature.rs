//! Temperatures and their limits.

use crate::call;
use crate::codes::{ARGUMENT_VERSION_MISMATCH, Code, INVALID_ARGUMENT, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::{MarginTemperature, Temperature, version};
use crate::out;

/// `NVML_TEMPERATURE_GPU`, the only sensor there is.
const SENSOR: u32 = 0;

getters! {
    on_gpu nvmlDeviceGetTemperature(gpu, sensor: u32 => celsius: u32)
        if sensor == SENSOR { gpu.spec().temperature.u32(gpu.time()) } else { Err(INVALID_ARGUMENT) };
    on_gpu nvmlDeviceGetTemperatureThreshold(gpu, kind: u32 => celsius: u32) threshold(gpu, kind);
}

fn threshold(gpu: &Gpu, kind: u32) -> Outcome<u32> {
    let limits = gpu.spec().thresholds.get()?;
    let limit = match kind {
        0 => &limits.shutdown,
        1 => &limits.slowdown,
        2 => &limits.memory_max,
        3 => &limits.gpu_max,
        // The acoustic limits and that of the platform.
        4..=7 => return Err(NOT_SUPPORTED),
        _ => return Err(INVALID_ARGUMENT),
    };
    limit.u32(gpu.time())
}

/// How far the GPU is from the point at which it lowers its clocks.
pub(super) fn margin(gpu: &Gpu) -> Outcome<i32> {
    let limit = gpu.spec().thresholds.get()?.gpu_max.i32(gpu.time())?;
    Ok(limit - gpu.spec().temperature.i32(gpu.time())?)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetTemperatureV(device: Handle, reading: *mut Temperature) -> Code {
    call::on_gpu("nvmlDeviceGetTemperatureV", device, |gpu| {
        out::check(reading)?;
        // SAFETY: not NULL; by NVML's contract version and sensor are filled in.
        let reading = unsafe { &mut *reading };
        if reading.version != version::<Temperature>(1) {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        if reading.sensor != SENSOR {
            return Err(INVALID_ARGUMENT);
        }
        reading.celsius = gpu.spec().temperature.i32(gpu.time())?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetMarginTemperature(device: Handle, reading: *mut MarginTemperature) -> Code {
    call::on_gpu("nvmlDeviceGetMarginTemperature", device, |gpu| {
        out::check(reading)?;
        // SAFETY: not NULL; by NVML's contract the version is filled in.
        let reading = unsafe { &mut *reading };
        if reading.version != version::<MarginTemperature>(1) {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        reading.celsius = margin(gpu)?;
        Ok(())
    })
}
