//! What each process uses of a GPU.

use crate::codes::{Code, INSUFFICIENT_SIZE, NOT_FOUND, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::ProcessSample;
use crate::scenario::Process;
use crate::{call, clock, out};

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetProcessUtilization(
    device: Handle,
    samples: *mut ProcessSample,
    count: *mut u32,
    last_seen: u64,
) -> Code {
    call::on_gpu("nvmlDeviceGetProcessUtilization", device, |gpu| {
        gpu.whole()?;
        out::check(count)?;
        let now = clock::epoch_micros();
        let taken: Vec<_> =
            gpu.spec().processes.iter().filter_map(|process| sample(gpu, process, now)).collect();
        // An idle GPU has no samples, which NVML reports as an error.
        if now <= last_seen || taken.is_empty() {
            // SAFETY: not NULL, hence valid by NVML's contract.
            unsafe { count.write(0) };
            return Err(NOT_FOUND);
        }
        // SAFETY: by NVML's contract `samples` holds as many entries as `count` says.
        let written: Outcome<()> = unsafe { out::list(count, samples, &taken) };
        written.map_err(|_| INSUFFICIENT_SIZE)
    })
}

fn sample(gpu: &Gpu, process: &Process, timestamp: u64) -> Option<ProcessSample> {
    let percent = [&process.sm, &process.mem, &process.enc, &process.dec].map(|busy| busy.u32(gpu.time()));
    if !process.runs(gpu.time()) || percent.iter().all(Result::is_err) {
        return None;
    }
    let [sm, memory, encoder, decoder] = percent.map(|percent| percent.unwrap_or(0));
    Some(ProcessSample { pid: process.pid, timestamp, sm, memory, encoder, decoder })
}
