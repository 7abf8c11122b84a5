//! How often memory is asked for, per sample and per message. What is added here is added
//! to every server, all the time: raise a budget on purpose, lower it when there is less.
#![allow(clippy::unwrap_used)]
#![expect(unsafe_code, reason = "an allocator is")]

#[path = "support/built.rs"]
mod built;
#[path = "support/fake_nvml.rs"]
mod fake_nvml;
#[path = "support/ticks.rs"]
mod ticks;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use ticks::{PERIOD, Sleeping, Ticks};

/// The system's, counted: how often, and how many bytes.
struct Counting;

static TIMES: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn note(bytes: usize) {
    TIMES.fetch_add(1, Relaxed);
    BYTES.fetch_add(bytes as u64, Relaxed);
}

// SAFETY: all is left to the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: what the caller promised is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often memory is asked for, and how many bytes, at most. A sample: that of most
/// seconds, and the dearest of half a minute, which reads the processes anew. Measured: 258 and
/// 58752, 962 and 90944, 3 and 27200. The rest is room for longer numbers of processes, and for
/// longer names of users and control groups.
const SAMPLE: (u64, u64) = (262, 61_000);
const DEAREST: (u64, u64) = (980, 96_000);
const MESSAGE: (u64, u64) = (3, 27_800);

fn counted(work: impl FnOnce()) -> (u64, u64) {
    let before = (TIMES.load(Relaxed), BYTES.load(Relaxed));
    work();
    (TIMES.load(Relaxed) - before.0, BYTES.load(Relaxed) - before.1)
}

fn holds(what: &str, counted: (u64, u64), budget: (u64, u64)) {
    eprintln!("{what}: {} allocations of {} bytes in all, budget {budget:?}", counted.0, counted.1);
    assert!(
        counted.0 <= budget.0 && counted.1 <= budget.1,
        "{what} asks for memory {} times for {} bytes, and may {} times for {}",
        counted.0,
        counted.1,
        budget.0,
        budget.1
    );
}

/// One test only: another one beside it would be counted, too.
#[test]
fn memory_is_asked_for_no_more_often_than_budgeted() {
    let processes = Sleeping::start();
    // A minute fills the history as well.
    let mut ticks = Ticks::after(2 * PERIOD + 1, &processes);
    let mut samples = Vec::new();
    let mut messages = Vec::new();
    for _ in 0..2 * PERIOD {
        samples.push(counted(|| ticks.tick()));
        messages.push(counted(|| ticks.encode()));
    }
    samples.sort_unstable();
    messages.sort_unstable();
    holds("a sample", samples[PERIOD], SAMPLE);
    holds("the dearest sample", *samples.last().unwrap(), DEAREST);
    holds("a message", messages[PERIOD], MESSAGE);
}
