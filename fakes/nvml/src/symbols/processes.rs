//! Who uses a device.

use crate::call;
use crate::codes::{ARGUMENT_VERSION_MISMATCH, Code, INSUFFICIENT_SIZE, INVALID_ARGUMENT, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::{ProcessDetail, ProcessDetailList, ProcessInfo, version};
use crate::out;
use crate::scenario::{Context, Process};

/// What NVML says where it knows no memory, or no instance.
const NO_MEMORY: u64 = u64::MAX;
const NO_INSTANCE: u32 = u32::MAX;

/// Exports the lists of processes, one per kind of context.
macro_rules! lists {
    ($($name:ident $context:ident;)+) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(device: Handle, count: *mut u32, entries: *mut ProcessInfo) -> Code {
            call::on_any(stringify!($name), device, |gpu| {
                // SAFETY: by NVML's contract `entries` holds as many as `count` says.
                unsafe { write(gpu, Context::$context, count, entries) }
            })
        }
    )+};
}

lists! {
    nvmlDeviceGetComputeRunningProcesses_v3 Compute;
    nvmlDeviceGetGraphicsRunningProcesses_v3 Graphics;
    nvmlDeviceGetMPSComputeRunningProcesses_v3 Mps;
}

/// # Safety
///
/// As for [`out::list`].
unsafe fn write(gpu: &Gpu, context: Context, count: *mut u32, entries: *mut ProcessInfo) -> Outcome<()> {
    let details = processes(gpu, context)?;
    burst(gpu, count, entries.is_null(), details.len())?;
    if gpu.now.scenario.layout535 {
        // SAFETY: deliberately not what the caller vouches for: these drivers wrote
        // longer entries than the header says, past the end of the caller's memory.
        // A scenario that asks for them is for callers that know.
        return unsafe { out::list(count, entries.cast(), &details) };
    }
    let infos: Vec<_> = details.iter().map(short).collect();
    // SAFETY: handed through.
    unsafe { out::list(count, entries, &infos) }
}

/// Fails when more processes appear after the caller asked how many there are.
fn burst(gpu: &Gpu, count: *mut u32, asks: bool, listed: usize) -> Outcome<()> {
    let burst = gpu.spec().process_burst;
    if burst == 0 || asks {
        return Ok(());
    }
    out::check(count)?;
    let needed = u32::try_from(listed + burst).map_err(|_| INVALID_ARGUMENT)?;
    // SAFETY: not NULL, hence valid by NVML's contract.
    if unsafe { count.read() } >= needed {
        return Ok(());
    }
    // SAFETY: as above.
    unsafe { count.write(needed) };
    Err(INSUFFICIENT_SIZE)
}

fn processes(gpu: &Gpu, context: Context) -> Outcome<Vec<ProcessDetail>> {
    let refused = gpu.spec().mig.get().ok().and_then(|mig| mig.parent_refuses);
    let instance = match (gpu.target.mig, refused) {
        (Some(_), _) => gpu.instance().map(|instance| Some((instance.gi, instance.ci)))?,
        (None, Some(code)) => return Err(code),
        (None, None) => None,
    };
    let listed =
        |process: &&Process| process.runs(gpu.time()) && process.is_in(context) && process.is_on(instance);
    let detail = |process: &Process| ProcessDetail {
        pid: process.pid,
        memory: process.memory_mi_b.bytes(gpu.time()).unwrap_or(NO_MEMORY),
        gpu_instance: process.gi.unwrap_or(NO_INSTANCE),
        compute_instance: process.ci.unwrap_or(NO_INSTANCE),
        protected_memory: 0,
    };
    Ok(gpu.spec().processes.iter().filter(listed).map(detail).collect())
}

fn short(detail: &ProcessDetail) -> ProcessInfo {
    ProcessInfo {
        pid: detail.pid,
        memory: detail.memory,
        gpu_instance: detail.gpu_instance,
        compute_instance: detail.compute_instance,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetRunningProcessDetailList(
    device: Handle,
    list: *mut ProcessDetailList,
) -> Code {
    call::on_any("nvmlDeviceGetRunningProcessDetailList", device, |gpu| {
        out::check(list)?;
        // SAFETY: not NULL; by NVML's contract all fields are filled in.
        let list = unsafe { &mut *list };
        if list.version != version::<ProcessDetailList>(1) {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let context = match list.mode {
            0 => Context::Compute,
            1 => Context::Graphics,
            2 => Context::Mps,
            _ => return Err(INVALID_ARGUMENT),
        };
        // SAFETY: by NVML's contract the list holds as many entries as it says.
        unsafe { out::list(&raw mut list.count, list.entries, &processes(gpu, context)?) }
    })
}
