//! Sources that take their time.

use super::*;
use crate::collect::{candidate::OPEN_PATIENCE, choose::tests::fake::State::Hangs};

/// A choice that is asked without patience, at these milliseconds.
fn at_once(bench: &mut Bench, millis: u64) -> Option<Outcome> {
    bench.choice.read(bench.start + Duration::from_millis(millis), Duration::ZERO)
}

/// Asks without patience until there is an outcome.
fn soon(bench: &mut Bench, millis: u64) -> Outcome {
    let start = Instant::now();
    loop {
        if let Some(outcome) = at_once(bench, millis) {
            return outcome;
        }
        assert!(start.elapsed() < PLENTY, "no outcome");
        std::thread::yield_now();
    }
}

#[test]
fn a_source_that_hangs_is_waited_for_and_no_second_one_is_started() {
    let mut bench = Bench::new(Lists(2), Lists(3));
    assert_eq!(bench.at(0), (NVML, 2, vec![]));
    bench.nvml.becomes(Hangs);
    for millis in (1000..60_000).step_by(100) {
        assert_eq!(at_once(&mut bench, millis), None);
    }
    assert_eq!(bench.choice.waits_for().map(|(provider, _)| provider), NVML);
    assert_eq!((bench.nvml.opened(), bench.smi.opened()), (1, 0));
    bench.nvml.becomes(Lists(2));
    assert_eq!(soon(&mut bench, 60_000).provider, NVML);
    assert_eq!(bench.choice.waits_for(), None);
}

#[test]
fn others_wait_for_one_that_is_slow_to_open_but_not_without_end() {
    let mut bench = Bench::new(Hangs, Lists(3));
    assert_eq!(at_once(&mut bench, 0), None);
    let patience = u64::try_from(OPEN_PATIENCE.as_millis()).unwrap();
    assert_eq!(at_once(&mut bench, patience - 1), None);
    assert_eq!(bench.smi.opened(), 0);
    let outcome = bench.at(patience);
    assert_eq!((outcome.0, outcome.1), (SMI, 3));
    assert!(outcome.2[0].contains("has not answered for 10 s"), "{outcome:?}");
    // It is not started again beside itself, and taken when it answers.
    for millis in (patience..300_000).step_by(1000) {
        assert_eq!(bench.at(millis).0, SMI);
    }
    assert_eq!(bench.nvml.opened(), 1);
    bench.nvml.becomes(Lists(2));
    let start = Instant::now();
    while bench.at(300_000).0 != NVML {
        assert!(start.elapsed() < PLENTY, "it is not taken");
    }
    bench.smi.alive(0);
}

#[test]
fn a_stand_in_is_not_disturbed_by_a_better_source_that_hangs() {
    let mut bench = Bench::new(Shut("no library"), Lists(3));
    assert_eq!(bench.at(0).0, SMI);
    bench.nvml.becomes(Hangs);
    for millis in (0..60_000).step_by(500) {
        assert_eq!(bench.at(millis).0, SMI);
    }
    // Its thread may not have come to it yet: no time has passed but in the numbers above.
    let start = Instant::now();
    while bench.nvml.opened() < 2 {
        assert!(start.elapsed() < PLENTY, "it is not tried again");
        std::thread::yield_now();
    }
    assert_eq!(bench.at(60_000).0, SMI);
    assert_eq!(bench.nvml.opened(), 2, "once before, and once that hangs");
    bench.nvml.becomes(Shut("no library"));
}
