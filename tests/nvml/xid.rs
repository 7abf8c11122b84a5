//! Errors that the driver announces.

use std::{
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::{NvmlSource, Source},
    telemetry::{Event, EventKind, GpuState},
};
use serde_json::{Value, json};

use super::Rig;

const PLENTY: Duration = Duration::from_secs(30);

fn until(wanted: &str, mut come: impl FnMut() -> bool) {
    let start = Instant::now();
    while !come() {
        assert!(start.elapsed() < PLENTY, "never came: {wanted}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Reads until so many events have been told.
fn events(rig: &mut Rig, number: usize) -> Vec<Event> {
    let mut events = Vec::new();
    until("events", || {
        rig.later(1).read();
        events.extend(rig.source.events());
        events.len() >= number
    });
    assert_eq!(events.len(), number, "{events:?}");
    events
}

fn told(events: &[Event]) -> Vec<(Option<&str>, u32)> {
    events.iter().map(|event| (event.gpu.as_deref(), event.xid.unwrap())).collect()
}

/// GPUs of these names, the last with these announcements.
fn machine(uuids: &[&str], announced: &Value) -> Value {
    let mut gpus: Vec<_> = uuids.iter().map(|uuid| json!({"uuid": uuid})).collect();
    gpus.last_mut().unwrap()["events"] = announced.clone();
    json!({"gpus": gpus})
}

#[test]
fn an_error_is_told_with_its_gpu_and_its_meaning() {
    let mut rig =
        Rig::listening(&machine(&["GPU-a", "GPU-b"], &json!([{"xid": 79}, {"xid": 12345}, {"xid": 999}])));
    let mut events = events(&mut rig, 3);
    events.sort_by_key(|event| event.xid);
    assert_eq!(told(&events), [(Some("GPU-b"), 79), (Some("GPU-b"), 999), (Some("GPU-b"), 12345)]);
    assert_eq!(events[0].kind, EventKind::Xid);
    assert!(events[0].text.starts_with("XID 79 (GPU has fallen off the bus): "));
    assert_eq!(events[2].text, "XID 12345: no description known");
    assert_eq!(rig.source.events(), []);
}

#[test]
fn a_gpu_that_announces_nothing_does_not_cost_the_others_theirs() {
    for deaf in [
        json!({"uuid": "GPU-a", "eventTypes": 0}),
        json!({"uuid": "GPU-a", "eventTypes": null}),
        json!({"uuid": "GPU-a", "errors": {"nvmlDeviceGetSupportedEventTypes": 999}}),
        json!({"uuid": "GPU-a", "errors": {"nvmlDeviceRegisterEvents": 3}}),
    ] {
        let mut rig = Rig::listening(
            &json!({"gpus": [deaf, {"uuid": "GPU-b", "eventTypes": 8, "events": [{"xid": 31}]}]}),
        );
        assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-b"), 31)]);
    }
}

#[test]
fn where_nothing_is_announced_nobody_waits() {
    let mut rig = Rig::listening(&json!({"gpus": [{"eventTypes": 0}, {"eventTypes": null}]}));
    rig.read();
    rig.later(1).read();
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetSupportedEventTypes")), 2);
    assert_eq!(rig.fake.calls(Some("nvmlEventSetCreate")), 0);
}

#[test]
fn a_storm_is_counted() {
    let mut rig = Rig::listening(&json!({"gpus": [{"uuid": "GPU-a"}]}));
    rig.read();
    until("a thread that waits", || rig.fake.calls(Some("nvmlEventSetWait_v2")) > 0);
    rig.fake.set(&json!({"gpus": [{"uuid": "GPU-a", "events": [{"xid": 13, "times": 400}]}]}));
    let (mut events, mut times) = (0, 0);
    until("all of them", || {
        for event in rig.source.events() {
            let often = event.text.strip_prefix("XID 13 (graphics engine exception), ");
            let often = often.and_then(|rest| rest.split_once(" times in ")).map(|(often, _)| often);
            times += often.map_or(1, |often| often.parse().unwrap());
            events += 1;
        }
        times >= 400
    });
    assert_eq!(times, 400);
    assert!(events < 10, "{events}");
}

#[test]
fn a_gpu_that_is_added_is_listened_to_without_missing_others() {
    let mut rig = Rig::listening(&machine(&["GPU-a"], &json!([{"xid": 43}])));
    assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-a"), 43)]);
    rig.fake.set(&json!({"gpus": [
        {"uuid": "GPU-a", "events": [{"xid": 43}]}, {"uuid": "GPU-b", "events": [{"xid": 48}]}
    ]}));
    assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-b"), 48)]);
    assert_eq!(rig.fake.calls(Some("nvmlEventSetCreate")), 1, "what was told before is not told again");
}

#[test]
fn a_gpu_that_is_lost_does_not_silence_the_others() {
    let mut rig = Rig::listening(&machine(&["GPU-a", "GPU-b"], &json!([{"xid": 31}])));
    assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-b"), 31)]);
    // The wait fails for all of them, as a driver's does.
    let mut lost = machine(&["GPU-a", "GPU-b"], &json!([{"xid": 94}]));
    lost["gpus"][0]["lostAt"] = json!(0);
    lost["errors"] = json!({"nvmlEventSetWait_v2": 15});
    rig.fake.set(&lost);
    let before = rig.fake.calls(Some("nvmlEventSetCreate"));
    assert_eq!(rig.later(1).read()[0].state, GpuState::Lost);
    until("another set", || rig.fake.calls(Some("nvmlEventSetCreate")) > before);
    lost.as_object_mut().unwrap().remove("errors");
    rig.fake.set(&lost);
    assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-b"), 94)]);
}

#[test]
fn a_wait_that_always_fails_is_not_repeated_all_the_time() {
    let mut rig = Rig::listening(&json!({"errors": {"nvmlEventSetWait_v2": 999}}));
    rig.read();
    waits_seldom(&rig);
}

/// Four times a second, in whatever time goes by.
fn waits_seldom(rig: &Rig) {
    let start = Instant::now();
    until("a wait", || rig.fake.calls(Some("nvmlEventSetWait_v2")) > 0);
    thread::sleep(Duration::from_millis(300));
    let calls = rig.fake.calls(Some("nvmlEventSetWait_v2"));
    assert!(u128::from(calls) <= 2 + start.elapsed().as_millis() / 250, "{calls}");
}

#[test]
fn a_wait_that_does_not_wait_is_not_repeated_all_the_time() {
    let mut rig = Rig::listening(&json!({"errors": {"nvmlEventSetWait_v2": 10}}));
    rig.read();
    waits_seldom(&rig);
}

#[test]
fn the_thread_ends_with_its_source_and_shuts_nvml_down() {
    let mut rig = Rig::listening(&json!({}));
    rig.read();
    until("a thread that waits", || rig.fake.calls(Some("nvmlEventSetWait_v2")) > 0);
    let Rig { source, fake, .. } = rig;
    drop(source);
    assert_eq!(fake.calls(Some("nvmlShutdown")), 1, "at once, where the driver does not hang");
    assert_eq!(fake.calls(Some("nvmlEventSetFree")), 1);
}

#[test]
fn a_wait_that_hangs_holds_nobody_up() {
    let mut rig = Rig::listening(&json!({"delaysMs": {"nvmlEventSetWait_v2": 3000}}));
    rig.read();
    until("a wait", || rig.fake.calls(Some("nvmlEventSetWait_v2")) == 1);
    let Rig { source, fake, .. } = rig;
    drop(source);
    assert_eq!(fake.calls(Some("nvmlEventSetFree")), 0, "it is not waited for");
    until("a shutdown", || fake.calls(Some("nvmlShutdown")) == 1);
    assert_eq!(fake.calls(Some("nvmlEventSetFree")), 1);
}

#[test]
fn a_source_that_is_opened_again_listens_again() {
    let mut rig = Rig::listening(&machine(&["GPU-a"], &json!([{"xid": 31}])));
    assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-a"), 31)]);
    rig.source = NvmlSource::open(Some(&rig.fake.path())).unwrap();
    assert_eq!(rig.source.events(), []);
    assert_eq!(told(&events(&mut rig, 1)), [(Some("GPU-a"), 31)], "the fake's events are every set's");
}

#[test]
fn a_driver_that_goes_takes_the_thread_along() {
    let mut rig = Rig::listening(&json!({}));
    rig.read();
    until("a thread that waits", || rig.fake.calls(Some("nvmlEventSetWait_v2")) > 0);
    rig.fake.set(&json!({"errors": {"nvmlEventSetWait_v2": 1}}));
    until("an end", || rig.fake.calls(Some("nvmlEventSetFree")) == 1);
    rig.fake.set(&json!({}));
    assert_eq!(rig.later(1).read().len(), 2);
    assert_eq!(rig.fake.calls(Some("nvmlEventSetCreate")), 1);
}
