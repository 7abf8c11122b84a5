use std::time::{Duration, Instant};

use gpu_observatory::{
    collect::Source,
    telemetry::{Gpu, Metric, Provider, Reason, RecoveryAction},
};
use serde_json::json;

use super::fake::{Fake, gone, is_there, lasting, listings, until};

#[test]
fn one_child_lists_again_and_again_and_dies_with_the_source() {
    let fake = Fake::new(&listings(&["v13.xml", "v13-three.xml"]));
    let mut source = fake.opened();
    assert_eq!(source.provider(), Provider::NvidiaSmi);
    assert_eq!(source.read(Instant::now()).unwrap().len(), 2);
    until(&mut source, |gpus| gpus.as_ref().unwrap().len() == 3).unwrap();
    let starts = fake.starts();
    assert_eq!(starts.len(), 1, "{starts:?}");
    assert_eq!(starts[0].1, "-q -x -l 1");
    assert!(is_there(starts[0].0));
    drop(source);
    gone(starts[0].0);
}

#[test]
fn the_interval_is_whole_seconds() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    fake.open(Duration::from_millis(5700)).unwrap();
    assert_eq!(fake.starts()[0].1, "-q -x -l 5");
}

#[test]
fn a_gpu_that_is_lost_keeps_its_identity_and_comes_back() {
    let fake = Fake::new(&listings(&["v13-three.xml"]));
    let mut source = fake.opened();
    let before = source.read(Instant::now()).unwrap();
    fake.play(&listings(&["v13-lost.xml"]));
    let lost = until(&mut source, |gpus| gpus.as_ref().unwrap()[1].state_detail.is_some()).unwrap();
    assert_eq!(lost[1].key(), before[1].key());
    assert!(lost[1].state_since.is_some());
    assert_eq!(lost[0].utilization, before[0].utilization);
    fake.play(&listings(&["v13-three.xml"]));
    let after = until(&mut source, |gpus| gpus.as_ref().unwrap()[1].state_detail.is_none()).unwrap();
    assert_eq!(lasting(&after), lasting(&before));
    assert!(after[1].limiter_shares.is_some());
}

#[test]
fn several_times_a_second_rows_are_read_over_whole_listings() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "rows": "rows.csv" }));
    let mut source = fake.open(Duration::from_millis(100)).unwrap();
    let whole = |gpu: &Gpu| gpu.cuda_version.is_some();
    let gpus = until(&mut source, |gpus| gpus.as_ref().unwrap().iter().all(whole)).unwrap();
    assert_eq!(gpus.len(), 2);
    // From the rows: the whole listing says 100 % and 64 degrees.
    assert_eq!(
        (gpus[0].utilization, gpus[0].temperature, gpus[0].power_usage),
        (Some(93), Some(65), Some(512.3))
    );
    // From the whole listing: the rows do not say.
    assert_eq!((gpus[0].pcie_tx, gpus[0].processes.len()), (Some(830_000), 4));
    assert_eq!(gpus[0].recovery_action, Some(RecoveryAction::DrainAndReset));
    assert_eq!(gpus[0].unavailable[&Metric::Energy], Reason::NotReported);
    let arguments: Vec<String> = fake.starts().into_iter().map(|(_, arguments)| arguments).collect();
    assert!(
        arguments.iter().any(|line| line.contains("--query-gpu=index,count,") && line.ends_with("-lms 100"))
    );
    assert!(arguments.contains(&"-q -x -l 5".to_owned()), "{arguments:?}");
}

#[test]
fn before_the_first_whole_listing_its_values_are_awaited() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "rows": "rows.csv", "known":
        ["index", "count", "uuid", "utilization.gpu"] }));
    let mut source = fake.open(Duration::from_millis(100)).unwrap();
    let first = source.read(Instant::now()).unwrap();
    if first[0].cuda_version.is_none() {
        assert_eq!(first[0].unavailable[&Metric::CudaVersion], Reason::Pending);
        assert_eq!(first[0].unavailable[&Metric::Processes], Reason::Pending);
    }
    let gpus = until(&mut source, |gpus| gpus.as_ref().unwrap()[0].temperature.is_some()).unwrap();
    assert_eq!(
        (gpus[0].utilization, gpus[0].temperature),
        (Some(93), Some(64)),
        "what it does not know is not asked for"
    );
}

#[test]
fn without_a_help_that_names_fields_whole_listings_have_to_do() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "rows": "rows.csv", "known": [] }));
    let mut source = fake.open(Duration::from_millis(100)).unwrap();
    assert_eq!(source.read(Instant::now()).unwrap()[0].utilization, Some(100));
    assert_eq!(fake.starts().last().unwrap().1, "-q -x -l 1");
}

#[test]
fn without_any_help_too() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "rows": "rows.csv", "helpless": true }));
    let mut source = fake.open(Duration::from_millis(100)).unwrap();
    assert_eq!(source.read(Instant::now()).unwrap()[0].utilization, Some(100));
}

#[test]
fn one_that_lists_only_once_is_started_again() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "once": true }));
    let mut source = fake.opened();
    until(&mut source, |gpus| gpus.is_ok() && fake.starts().len() >= 3).unwrap();
}

#[test]
fn an_end_without_a_word_costs_no_listing() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "endAfter": 1, "code": 3 }));
    let mut source = fake.opened();
    until(&mut source, |_| fake.starts().len() > 2).unwrap();
}

#[test]
fn a_warning_about_an_inforom_is_no_failure() {
    let fake = Fake::new(&json!({ "listings": ["v13.xml"], "endAfter": 1, "code": 14,
        "say": "WARNING: infoROM is corrupted at gpu 0000:19:00.0" }));
    let mut source = fake.opened();
    until(&mut source, |gpus| gpus.as_ref().unwrap().len() == 2 && fake.starts().len() >= 2).unwrap();
}
