//! Before 3.3.2: a child for each listing.

use std::{
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::Source,
    telemetry::{Metric, Reason},
};
use serde_json::{Value, json};

use crate::{
    fake_program::{PLENTY, gone},
    rig::{SECOND, failure, fake, listings, open, until, with},
};

fn old(version: &str, listing: &str) -> Value {
    with(listings(&[listing]), "version", json!(format!("nvtop version {version}")))
}

#[test]
fn a_child_is_started_for_each_listing() {
    let fake = fake(&old("3.2.0", "3.2.0.json"));
    let mut source = open(&fake).unwrap();
    let first = source.read(Instant::now()).unwrap();
    assert_eq!((first[0].utilization, first[1].power_usage), (Some(97), Some(117.0)));
    assert_eq!(first[0].unavailable[&Metric::Processes], Reason::NotReported);
    fake.play(&old("3.2.0", "intel.json"));
    source.read(Instant::now() + SECOND).unwrap();
    assert_eq!(fake.starts().len(), 2, "not before two seconds are over");
    let gpus = until(&mut source, |gpus| gpus.as_ref().unwrap().len() == 1).unwrap();
    assert_eq!(gpus[0].clock_graphics, Some(717));
    let arguments: Vec<String> = fake.starts().into_iter().map(|(_, arguments)| arguments).collect();
    assert_eq!(arguments[..3], ["-v", "-s", "-s"]);
    drop(source);
    fake.starts().into_iter().for_each(|(pid, _)| gone(pid));
}

#[test]
fn what_two_versions_break_is_repaired() {
    for version in ["3.3.0", "3.3.1"] {
        let fake = fake(&old(version, "3.3.0.json"));
        let gpus = open(&fake).unwrap().read(Instant::now()).unwrap();
        assert_eq!((gpus[0].utilization, gpus[1].memory_total), (Some(97), Some(16384.0)));
        // The first of the two tells a wrong size of NVIDIA memory.
        assert_eq!(gpus[0].memory_total.is_some(), version == "3.3.1");
    }
}

#[test]
fn one_that_fails_or_hangs_later_is_noticed() {
    let fake = fake(&old("3.2.0", "3.2.0.json"));
    let mut source = open(&fake).unwrap();
    fake.play(&with(old("3.2.0", "3.2.0.json"), "hangAfter", json!(0)));
    let later = Instant::now() + 3 * SECOND;
    let start = Instant::now();
    while fake.starts().len() < 3 {
        assert_eq!(source.read(later).unwrap().len(), 2, "the next one is given time");
        assert!(start.elapsed() < PLENTY);
        thread::sleep(Duration::from_millis(5));
    }
    let error = source.read(later + 60 * SECOND).unwrap_err();
    assert!(error.reason.starts_with("nvtop has not answered for 60 s"), "{error}");
    drop(source);

    fake.play(&old("3.2.0", "3.2.0.json"));
    let mut source = open(&fake).unwrap();
    fake.play(&with(with(old("3.2.0", "3.2.0.json"), "code", json!(3)), "complain", json!("It is broken")));
    assert_eq!(failure(&mut source).reason, "nvtop ended with code 3: It is broken");
}
