//! From 3.3.2 on: one child that lists again and again.

use std::{
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::{NvtopSource, Source},
    telemetry::Provider,
};
use serde_json::json;

use crate::{
    fake_program::{PLENTY, gone, is_there},
    rig::{SECOND, fake, listings, open, until, with},
};

#[test]
fn one_child_lists_again_and_again_and_dies_with_the_source() {
    let fake = fake(&listings(&["3.3.2.json", "3.3.2-later.json"]));
    let mut source = open(&fake).unwrap();
    assert_eq!(source.provider(), Provider::Nvtop);
    for (count, utilization) in [(3, 31), (2, 97), (3, 31)] {
        let gpus = until(&mut source, |gpus| gpus.as_ref().unwrap().len() == count).unwrap();
        assert_eq!(gpus[0].utilization, Some(utilization));
    }
    let starts = fake.starts();
    let arguments: Vec<&str> = starts.iter().map(|(_, arguments)| arguments.as_str()).collect();
    assert_eq!(arguments, ["-v", "-l -d 1"]);
    let (pid, _) = starts[1];
    assert!(is_there(pid));
    drop(source);
    gone(pid);
}

#[test]
fn a_second_is_ten_tenths() {
    let fake = fake(&listings(&["3.3.2.json"]));
    NvtopSource::open(Some(&fake.program()), SECOND).unwrap();
    assert_eq!(fake.starts()[1].1, "-l -d 10");
}

#[test]
fn one_that_lists_only_once_is_started_again() {
    let fake = fake(&with(listings(&["3.3.2.json"]), "once", json!(true)));
    let mut source = open(&fake).unwrap();
    until(&mut source, |gpus| gpus.as_ref().unwrap().len() == 2 && fake.starts().len() >= 3).unwrap();
}

#[test]
fn no_gpu_is_an_answer_and_is_asked_about_again() {
    let fake = fake(&json!({ "say": "No GPU to monitor." }));
    let mut source = open(&fake).unwrap();
    assert_eq!(source.read(Instant::now()).unwrap(), []);
    fake.play(&listings(&["3.3.2.json"]));
    let later = Instant::now() + 31 * SECOND;
    let started = Instant::now();
    while source.read(later).unwrap().is_empty() {
        assert!(started.elapsed() < PLENTY);
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(fake.starts().len(), 3);
}

#[test]
fn a_gpu_that_tells_nothing_is_in_trouble_since_then() {
    let fake = fake(&listings(&["nothing.json"]));
    let mut source = open(&fake).unwrap();
    let first = source.read(Instant::now()).unwrap();
    assert!(first[0].state_since.is_some() && first[0].state_detail.is_some());
    assert_eq!(source.read(Instant::now()).unwrap(), first);
    fake.play(&listings(&["3.3.2.json"]));
    let gpus = until(&mut source, |gpus| gpus.as_ref().unwrap().len() == 2).unwrap();
    assert_eq!(gpus[0].state_since, None);
}

#[test]
fn a_truncated_listing_is_waited_over() {
    let fake = fake(&with(listings(&["3.3.2.json"]), "truncate", json!(300)));
    // It says nothing that is a listing until the scenario changes.
    let opening = thread::scope(|scope| {
        let opening = scope.spawn(|| {
            let mut source = open(&fake).unwrap();
            until(&mut source, |gpus| gpus.as_ref().unwrap().len() == 2).unwrap()
        });
        while fake.starts().len() < 2 {
            thread::sleep(Duration::from_millis(5));
        }
        fake.play(&listings(&["3.3.2.json"]));
        opening.join().unwrap()
    });
    assert_eq!(opening[0].utilization, Some(97));
}
