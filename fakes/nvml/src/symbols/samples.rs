//! The buffers of recent samples.

use crate::codes::{Code, INVALID_ARGUMENT, NOT_FOUND, NOT_SUPPORTED, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::Sample;
use crate::scenario::Metric;
use crate::{call, clock, out};

/// How many samples a buffer holds, and how far apart they are.
const LENGTH: u32 = 60;
const APART_US: u32 = 100_000;

/// `NVML_VALUE_TYPE_UNSIGNED_INT`
const UNSIGNED_INT: u32 = 1;

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetSamples(
    device: Handle,
    kind: u32,
    last_seen: u64,
    value_type: *mut u32,
    count: *mut u32,
    samples: *mut Sample,
) -> Code {
    call::on_gpu("nvmlDeviceGetSamples", device, |gpu| {
        out::check(value_type)?;
        out::check(count)?;
        let taken = recent(gpu, kind, last_seen)?;
        if taken.is_empty() {
            return Err(NOT_FOUND);
        }
        // SAFETY: neither is NULL, hence both are valid by NVML's contract.
        let room = unsafe {
            value_type.write(UNSIGNED_INT);
            count.read() as usize
        };
        if samples.is_null() {
            // SAFETY: as above.
            unsafe { count.write(LENGTH) };
            return Ok(());
        }
        // More may have come in since the caller asked how many: the latest ones then.
        let taken = &taken[taken.len().saturating_sub(room)..];
        // SAFETY: by NVML's contract `samples` holds as many entries as `count` said.
        unsafe { out::list(count, samples, taken) }
    })
}

/// The samples after a time stamp, the oldest first.
fn recent(gpu: &Gpu, kind: u32, last_seen: u64) -> Outcome<Vec<Sample>> {
    let metric = metric(gpu, kind)?;
    let apart = u64::from(APART_US);
    let latest = clock::epoch_micros() / apart * apart;
    let mut samples = Vec::new();
    for age in (0..LENGTH).rev() {
        let timestamp = latest.saturating_sub(u64::from(age) * apart);
        let time = gpu.time() - f64::from(age) * f64::from(APART_US) / 1e6;
        // Nothing was sampled before the start.
        if timestamp > last_seen && time >= 0.0 {
            samples.push(Sample { timestamp, value: metric.u32(time)?.into() });
        }
    }
    Ok(samples)
}

fn metric(gpu: &Gpu, kind: u32) -> Outcome<&Metric> {
    let spec = gpu.spec();
    // Power is known of a GPU that is split, its utilisation is not.
    if kind != 0 {
        gpu.whole()?;
    }
    match kind {
        0 => Ok(&spec.power_milliwatts),
        1 => Ok(&spec.utilization.get()?.gpu),
        2 => Ok(&spec.utilization.get()?.memory),
        3 => Ok(&spec.encoder),
        4 => Ok(&spec.decoder),
        5 => Ok(&spec.clocks.get()?.graphics),
        6 => Ok(&spec.clocks.get()?.memory),
        7 => Err(NOT_SUPPORTED),
        8 => Ok(&spec.jpeg),
        9 => Ok(&spec.ofa),
        _ => Err(INVALID_ARGUMENT),
    }
}
