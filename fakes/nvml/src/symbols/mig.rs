//! GPUs split into instances.

use crate::codes::{INVALID_ARGUMENT, NOT_FOUND, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;
use crate::handles::{Handle, Target};
use crate::layout::Attributes;
use crate::scenario::Instance;

getters! {
    on_gpu nvmlDeviceGetMigMode(gpu => current: u32, pending: u32) mode(gpu);
    on_gpu nvmlDeviceGetMaxMigDeviceCount(gpu => count: u32) Ok(most(gpu));
    on_gpu nvmlDeviceGetMigDeviceHandleByIndex(gpu, index: u32 => instance: Handle) device(gpu, index);
    on_any nvmlDeviceGetDeviceHandleFromMigDeviceHandle(gpu => parent: Handle) parent(gpu);
    on_any nvmlDeviceIsMigDeviceHandle(gpu => answer: u32) Ok(u32::from(gpu.target.mig.is_some()));
    on_any nvmlDeviceGetGpuInstanceId(gpu => id: u32) instance(gpu).map(|instance| instance.gi);
    on_any nvmlDeviceGetComputeInstanceId(gpu => id: u32) instance(gpu).map(|instance| instance.ci);
    on_any nvmlDeviceGetAttributes_v2(gpu => attributes: Attributes) attributes(gpu);
}

fn mode(gpu: &Gpu) -> Outcome<(u32, u32)> {
    let mig = gpu.spec().mig.get()?;
    Ok((mig.current.u32(gpu.time())?, mig.pending.u32(gpu.time())?))
}

/// Zero on a GPU that is not split, or cannot be.
fn most(gpu: &Gpu) -> u32 {
    match gpu.spec().mig.get() {
        Ok(mig) if mig.is_on(gpu.time()) => mig.max.u32(gpu.time()).unwrap_or(0),
        _ => 0,
    }
}

fn device(gpu: &Gpu, index: u32) -> Outcome<Handle> {
    let mig = gpu.spec().mig.get()?;
    if !mig.is_on(gpu.time()) {
        return Err(NOT_SUPPORTED);
    }
    if index >= most(gpu) {
        return Err(INVALID_ARGUMENT);
    }
    mig.instance(index, gpu.time()).ok_or(NOT_FOUND)?;
    let index = u16::try_from(index).map_err(|_| INVALID_ARGUMENT)?;
    Ok(Target { mig: Some(index), ..gpu.target }.handle())
}

fn parent(gpu: &Gpu) -> Outcome<Handle> {
    instance(gpu)?;
    Ok(Target { mig: None, ..gpu.target }.handle())
}

fn instance(gpu: &Gpu) -> Outcome<&Instance> {
    if gpu.target.mig.is_none() {
        return Err(NOT_SUPPORTED);
    }
    gpu.instance()
}

fn attributes(gpu: &Gpu) -> Outcome<Attributes> {
    let instance = instance(gpu)?;
    let units = instance.attributes.get()?;
    let (total, ..) = instance.memory.bytes(gpu.time())?;
    Ok(Attributes {
        multiprocessors: units.multiprocessors,
        copy_engines: units.copy_engines,
        decoders: units.decoders,
        encoders: units.encoders,
        jpeg: units.jpeg,
        ofa: units.ofa,
        gpu_slices: units.gpu_slices,
        compute_slices: units.compute_slices,
        memory_mb: total >> 20,
    })
}
