//! Power, its limits, and energy.

use crate::codes::Outcome;
use crate::gpu::Gpu;

getters! {
    on_gpu nvmlDeviceGetPowerUsage(gpu => milliwatts: u32) gpu.spec().power_milliwatts.u32(gpu.time());
    on_gpu nvmlDeviceGetPowerManagementLimit(gpu => milliwatts: u32)
        gpu.spec().power_limit_milliwatts.u32(gpu.time());
    on_gpu nvmlDeviceGetPowerManagementDefaultLimit(gpu => milliwatts: u32)
        gpu.spec().power_default_limit_milliwatts.u32(gpu.time());
    on_gpu nvmlDeviceGetPowerManagementLimitConstraints(gpu => least: u32, most: u32) constraints(gpu);
    on_gpu nvmlDeviceGetEnforcedPowerLimit(gpu => milliwatts: u32) gpu.spec().enforced_limit().u32(gpu.time());
    on_gpu nvmlDeviceGetTotalEnergyConsumption(gpu => millijoules: u64) energy(gpu);
}

fn constraints(gpu: &Gpu) -> Outcome<(u32, u32)> {
    let spec = gpu.spec();
    let least = spec.power_min_limit_milliwatts.u32(gpu.time())?;
    Ok((least, spec.power_max_limit_milliwatts.u32(gpu.time())?))
}

/// The energy at the start, and what the power has made of it since.
pub(super) fn energy(gpu: &Gpu) -> Outcome<u64> {
    let spec = gpu.spec();
    let gained = spec.power_milliwatts.gained(gpu.time()).unwrap_or(0);
    Ok(spec.energy_millijoules.u64(gpu.time())?.saturating_add(gained))
}
