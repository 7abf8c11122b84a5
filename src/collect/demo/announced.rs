//! What the simulated driver announces.

use super::{DemoScenario, lost};
use crate::telemetry::{Event, EventKind, Gpu, Timestamp};

/// Errors: number, meaning, advice. This one a program makes now and then.
const PAGE_FAULT: (u32, &str, &str) = (31, "GPU memory page fault", "most likely the fault of a program");
const OFF_THE_BUS: (u32, &str, &str) =
    (79, "GPU has fallen off the bus", "reset the GPU or reboot the machine");
const UNCORRECTED: (u32, &str, &str) = (48, "double bit ECC error", "reset the GPU");

/// When something is announced first, in milliseconds since the start; what is
/// negative lay before it. And how often then.
type Rhythm = (i64, i64);
const FAULTS: Rhythm = (-240_000, 900_000);
const ONCE: Rhythm = (-240_000, i64::MAX);

/// Events after `told` and up to `passed`, in milliseconds since `start`; those
/// before the start as well where nothing is told yet.
pub(super) fn between(
    scenario: DemoScenario,
    told: Option<u64>,
    passed: u64,
    start: Timestamp,
    count: u32,
) -> Vec<Event> {
    let (index, (first, every), error) = match scenario {
        DemoScenario::Work => (6, FAULTS, PAGE_FAULT),
        DemoScenario::Lost => (lost::INDEX, (signed(lost::GONE), signed(lost::ROUND)), OFF_THE_BUS),
        DemoScenario::Faulty => (0, ONCE, UNCORRECTED),
        _ => return Vec::new(),
    };
    let index = u32::try_from(index).unwrap_or_default().min(count.saturating_sub(1));
    let round = told.map_or(0, |told| ((signed(told) - first).div_euclid(every) + 1).max(0));
    let last = (signed(passed) - first).div_euclid(every);
    (round..=last)
        .map(|round| first.saturating_add(round.saturating_mul(every)))
        .map(|time| event(index, start.millis().saturating_add_signed(time), error))
        .collect()
}

fn signed(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

fn event(index: u32, millis: u64, (xid, meaning, advice): (u32, &str, &str)) -> Event {
    Event {
        time: Timestamp::from_millis(millis),
        gpu: Some(key(index)),
        kind: EventKind::Xid,
        xid: Some(xid),
        text: format!("XID {xid} ({meaning}): {advice}"),
    }
}

fn key(index: u32) -> String {
    Gpu { uuid: Some(super::reading::uuid(index)), ..Gpu::default() }.key()
}
