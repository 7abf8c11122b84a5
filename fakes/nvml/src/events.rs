//! Sets of GPUs whose events somebody waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;
use std::ptr;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::codes::{INVALID_ARGUMENT, Outcome, TIMEOUT};
use crate::gpu::Gpu;
use crate::handles::Target;
use crate::layout::EventData;
use crate::locked::locked;
use crate::moment::Moment;

/// `nvmlEventTypeXidCriticalError`
const XID: u64 = 8;
const NO_INSTANCE: u32 = u32::MAX;

/// How often a waiting thread looks. The real library sleeps until something happens, so
/// measurements ask for a look that is rare: `FAKE_NVML_LOOK_EVERY_MS`.
static LOOK_EVERY: LazyLock<Duration> = LazyLock::new(|| {
    let asked = std::env::var("FAKE_NVML_LOOK_EVERY_MS").ok().and_then(|text| text.parse().ok());
    Duration::from_millis(asked.unwrap_or(25))
});

/// What tells a set's handle from a device's, and from rubbish.
const MARK: usize = 0x4e57 << 48;

#[derive(Default)]
struct Set {
    /// The time from which each GPU's events are wanted: earlier ones are lost.
    since: BTreeMap<u16, f64>,
    /// Events handed out, by GPU, place in its list, code and count.
    seen: BTreeSet<(u16, usize, u64, u32)>,
}

struct Sets {
    by_number: BTreeMap<usize, Set>,
    next: usize,
}

static SETS: Mutex<Sets> = Mutex::new(Sets { by_number: BTreeMap::new(), next: 1 });

pub(crate) fn create() -> *mut c_void {
    let mut sets = locked(&SETS);
    let number = sets.next;
    sets.next += 1;
    sets.by_number.insert(number, Set::default());
    ptr::without_provenance_mut(MARK | number)
}

pub(crate) fn free(handle: *mut c_void) -> Outcome<()> {
    let mut sets = locked(&SETS);
    sets.by_number.remove(&number(handle)).map(drop).ok_or(INVALID_ARGUMENT)
}

pub(crate) fn register(handle: *mut c_void, gpu: &Gpu, types: u64) -> Outcome<()> {
    let mut sets = locked(&SETS);
    let set = sets.by_number.get_mut(&number(handle)).ok_or(INVALID_ARGUMENT)?;
    // The other types are never reported, which is what a quiet GPU does.
    if types & XID != 0 {
        set.since.entry(gpu.target.gpu).or_insert(gpu.time());
    }
    Ok(())
}

/// The next event, or `TIMEOUT`. Nothing is locked between two looks, and a shutdown
/// or the end of the set ends the wait.
pub(crate) fn wait(
    handle: *mut c_void,
    timeout_ms: u32,
    alive: impl Fn() -> Outcome<()>,
) -> Outcome<EventData> {
    let start = Instant::now();
    let timeout = Duration::from_millis(timeout_ms.into());
    loop {
        alive()?;
        if let Some(event) = next(handle, &Moment::now())? {
            return Ok(event);
        }
        let left = timeout.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Err(TIMEOUT);
        }
        thread::sleep(left.min(*LOOK_EVERY));
    }
}

fn next(handle: *mut c_void, now: &Moment) -> Outcome<Option<EventData>> {
    let mut sets = locked(&SETS);
    let set = sets.by_number.get_mut(&number(handle)).ok_or(INVALID_ARGUMENT)?;
    for (&gpu, &since) in &set.since {
        for (place, event) in now.scenario.gpu(gpu.into()).events.iter().enumerate() {
            let due = event.at.is_none_or(|at| since <= at && at <= now.time);
            let times = 0..event.times.unwrap_or(1);
            if due && times.into_iter().any(|time| set.seen.insert((gpu, place, event.xid, time))) {
                return Ok(Some(EventData {
                    device: Target { gpu, mig: None }.handle(),
                    kind: XID,
                    data: event.xid,
                    gpu_instance: event.gi.unwrap_or(NO_INSTANCE),
                    compute_instance: event.ci.unwrap_or(NO_INSTANCE),
                }));
            }
        }
    }
    Ok(None)
}

fn number(handle: *mut c_void) -> usize {
    // A handle of another kind becomes a number that no set has.
    handle.addr() ^ MARK
}
