//! Fans.

use crate::call;
use crate::codes::{ARGUMENT_VERSION_MISMATCH, Code, INVALID_ARGUMENT, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::{FanSpeed, version};
use crate::out;
use crate::scenario::Metric;

getters! {
    on_gpu nvmlDeviceGetNumFans(gpu => count: u32) count(gpu);
    on_gpu nvmlDeviceGetFanSpeed(gpu => percent: u32) speed(gpu, &gpu.spec().fans, 0);
    on_gpu nvmlDeviceGetFanSpeed_v2(gpu, fan: u32 => percent: u32) speed(gpu, &gpu.spec().fans, fan);
}

fn count(gpu: &Gpu) -> Outcome<u32> {
    match gpu.spec().fans.len() {
        0 => Err(NOT_SUPPORTED),
        fans => u32::try_from(fans).map_err(|_| NOT_SUPPORTED),
    }
}

fn speed(gpu: &Gpu, fans: &[Metric], fan: u32) -> Outcome<u32> {
    if fans.is_empty() {
        return Err(NOT_SUPPORTED);
    }
    fans.get(fan as usize).ok_or(INVALID_ARGUMENT)?.u32(gpu.time())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetFanSpeedRPM(device: Handle, reading: *mut FanSpeed) -> Code {
    call::on_gpu("nvmlDeviceGetFanSpeedRPM", device, |gpu| {
        out::check(reading)?;
        // SAFETY: not NULL; by NVML's contract version and fan are filled in.
        let reading = unsafe { &mut *reading };
        if reading.version != version::<FanSpeed>(1) {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        reading.rpm = speed(gpu, &gpu.spec().fan_rpm, reading.fan)?;
        Ok(())
    })
}
