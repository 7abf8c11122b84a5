//! Memory.

use crate::call;
use crate::codes::{ARGUMENT_VERSION_MISMATCH, Code, FUNCTION_NOT_FOUND, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::{Bar1, ConfComputeMemory, Memory, MemoryV2, version};
use crate::out;

getters! {
    on_any nvmlDeviceGetMemoryInfo(gpu => memory: Memory) first_version(gpu);
    on_gpu nvmlDeviceGetBAR1MemoryInfo(gpu => memory: Bar1) bar1(gpu);
    // Nobody needs its values; with nvmlDeviceGetRunningProcessDetailList missing, its
    // presence marks the drivers whose process lists have longer entries.
    on_gpu nvmlDeviceGetConfComputeMemSizeInfo(gpu => memory: ConfComputeMemory)
        gpu.memory()?.bytes(gpu.time()).map(|(total, ..)| ConfComputeMemory {
            protected_kib: 0,
            unprotected_kib: total >> 10,
        });
}

/// The first version counts what the driver keeps for itself as used.
fn first_version(gpu: &Gpu) -> Outcome<Memory> {
    let (total, reserved, free, used) = gpu.memory()?.bytes(gpu.time())?;
    Ok(Memory { total, free, used: used + reserved })
}

fn bar1(gpu: &Gpu) -> Outcome<Bar1> {
    let bar1 = gpu.spec().bar1.get()?;
    let (total, used) = (bar1.total.bytes(gpu.time())?, bar1.used.bytes(gpu.time())?);
    Ok(Bar1 { total, free: total.saturating_sub(used), used })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetMemoryInfo_v2(device: Handle, memory: *mut MemoryV2) -> Code {
    call::on_any("nvmlDeviceGetMemoryInfo_v2", device, |gpu| {
        if gpu.now.scenario.no_memory_v2 {
            return Err(FUNCTION_NOT_FOUND);
        }
        out::check(memory)?;
        let wanted = version::<MemoryV2>(2);
        // SAFETY: not NULL, and every caller of any version has at least this field.
        if unsafe { (&raw const (*memory).version).read() } != wanted {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let (total, reserved, free, used) = gpu.memory()?.bytes(gpu.time())?;
        // SAFETY: the version says that the caller has the whole structure.
        unsafe { memory.write(MemoryV2 { version: wanted, total, reserved, free, used }) };
        Ok(())
    })
}
