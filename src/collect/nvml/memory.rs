//! Memory of the GPU, or of the host where the GPU has none of its own.

use nvml_wrapper::Device;

use super::{
    raw,
    reason::{Stop, settle},
    units::mib,
    visit::{Pace, Visit},
};
use crate::{
    collect::{meminfo, source::Reading},
    telemetry::{Metric, Reason},
};

/// What earlier samples taught.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// Bytes that the driver keeps for itself, where it ever told. They do not
    /// change while it is loaded.
    reserved: Option<u64>,
    /// The driver only knows the first version of the call.
    first_version: bool,
    /// The GPU has no memory of its own.
    unified: bool,
}

/// Bytes.
struct Memory {
    total: u64,
    /// Without what is reserved, as far as that is known.
    used: u64,
    free: u64,
    reserved: Reading<u64>,
}

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if !visit.wants(Pace::Sample, Metric::MemoryTotal) {
        return Ok(());
    }
    let past = &mut visit.notes.memory;
    let mut memory = if past.unified && !visit.slow_due {
        Err(Reason::NotSupported)
    } else {
        ask(&visit.device, past, visit.slow_due)?
    };
    // Only of a GPU that is there: one in trouble may deny its memory as well.
    past.unified = matches!(memory, Err(Reason::NotSupported)) && visit.gpu.utilization.is_some();
    if past.unified {
        memory = host();
    }
    visit.gpu.memory_unified = visit.notes.memory.unified && memory.is_ok();
    let figure = |of: fn(&Memory) -> u64| memory.as_ref().map(|m| mib(of(m))).map_err(|reason| *reason);
    let (total, used, free) = (figure(|m| m.total), figure(|m| m.used), figure(|m| m.free));
    visit.put(Metric::MemoryTotal, |gpu| &mut gpu.memory_total, total);
    visit.put(Metric::MemoryUsed, |gpu| &mut gpu.memory_used, used);
    visit.put(Metric::MemoryFree, |gpu| &mut gpu.memory_free, free);
    let reserved = memory.and_then(|memory| memory.reserved).map(mib);
    visit.put(Metric::MemoryReserved, |gpu| &mut gpu.memory_reserved, reserved);
    Ok(())
}

/// The second version of the call tells reserved from used. The first, all that
/// drivers before 510 have, counts it as used: there `used` is the first version's
/// less what is reserved if the second version ever told that, and otherwise
/// includes it, as those drivers' nvidia-smi does.
fn ask(device: &Device<'_>, past: &mut Past, slow_due: bool) -> Result<Reading<Memory>, Stop> {
    let mut reason = Reason::NotSupported;
    if !past.first_version || slow_due {
        match settle(device.memory_info())? {
            Ok(memory) => {
                past.first_version = false;
                past.reserved = Some(memory.reserved);
                return Ok(real(Memory {
                    total: memory.total,
                    used: memory.used,
                    free: memory.free,
                    reserved: Ok(memory.reserved),
                }));
            }
            // Some drivers under WSL call the second version an unknown error.
            Err(Reason::NotSupported) => {}
            Err(Reason::Error) => reason = Reason::Error,
            Err(reason) => return Ok(Err(reason)),
        }
    }
    match settle(raw::memory_v1(device))? {
        Ok(memory) => {
            past.first_version = true;
            Ok(real(Memory {
                total: memory.total,
                used: memory.used.saturating_sub(past.reserved.unwrap_or(0)),
                free: memory.free,
                reserved: past.reserved.ok_or(Reason::NotSupported),
            }))
        }
        Err(Reason::NotSupported) => Ok(Err(reason)),
        Err(other) => Ok(Err(other)),
    }
}

/// No GPU has memory of zero bytes: it is the driver's way to say that it has none.
fn real(memory: Memory) -> Reading<Memory> {
    if memory.total > 0 { Ok(memory) } else { Err(Reason::NotSupported) }
}

fn host() -> Reading<Memory> {
    let (total, available) = meminfo::read().ok_or(Reason::NotSupported)?;
    Ok(Memory {
        total,
        used: total.saturating_sub(available),
        free: available,
        reserved: Err(Reason::NotSupported),
    })
}
