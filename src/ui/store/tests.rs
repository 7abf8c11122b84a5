use super::*;
use crate::telemetry::{Demo, ServerInfo, Timestamp};

fn gpu(uuid: &str, utilization: u32) -> Gpu {
    Gpu { uuid: Some(uuid.into()), utilization: Some(utilization), ..Gpu::default() }
}

fn at(millis: u64, gpus: Vec<Gpu>) -> Snapshot {
    Snapshot { timestamp: Timestamp::from_millis(millis), gpus, ..Snapshot::default() }
}

fn utilization(store: Store, key: &str) -> Option<u32> {
    store.card(key).unwrap().gpu.read_untracked().utilization
}

/// Runs `test` where signals may live.
fn on_a_page(test: impl FnOnce()) {
    Owner::new().with(test);
}

#[test]
fn the_seed_is_shown_at_once() {
    on_a_page(|| {
        let store = Store::new(at(1000, vec![gpu("A", 7)]));
        assert_eq!(store.order.get_untracked(), ["A"]);
        assert_eq!(utilization(store, "A"), Some(7));
        assert_eq!(store.link.get_untracked(), Link::Connecting);
    });
}

#[test]
fn gpus_come_go_and_come_back() {
    on_a_page(|| {
        let store = Store::new(at(0, vec![gpu("A", 1), gpu("B", 2)]));
        store.apply(at(1000, vec![gpu("B", 3)]));
        assert_eq!(store.order.get_untracked(), ["B"]);
        store.apply(at(2000, vec![gpu("A", 4), gpu("B", 5)]));
        assert_eq!(store.order.get_untracked(), ["A", "B"]);
        assert_eq!(utilization(store, "A"), Some(4));
    });
}

#[test]
fn a_key_listed_twice_has_one_card() {
    on_a_page(|| {
        let store = Store::new(at(0, vec![gpu("A", 1), gpu("A", 2)]));
        assert_eq!(store.order.get_untracked(), ["A"]);
        assert_eq!(utilization(store, "A"), Some(1));
    });
}

#[test]
fn a_hidden_page_keeps_the_history_and_shows_the_newest_when_seen() {
    on_a_page(|| {
        let store = Store::new(at(0, vec![gpu("A", 1)]));
        store.set_hidden(true);
        store.apply(at(1000, vec![gpu("A", 2)]));
        store.apply(at(2000, vec![gpu("A", 3)]));
        assert_eq!(utilization(store, "A"), Some(1));
        store.set_hidden(false);
        assert_eq!(utilization(store, "A"), Some(3));
        assert_eq!(store.with_history(|history| history.times.clone()), [1000, 2000]);
    });
}

#[test]
fn the_first_message_brings_the_last_minute() {
    on_a_page(|| {
        let store = Store::new(at(0, vec![gpu("A", 1)]));
        let mut history = History::default();
        history.push(&at(500, vec![gpu("A", 9)]));
        let first = Snapshot {
            history: Some(history),
            server: Some(ServerInfo {
                version: "1".into(),
                poll_interval_ms: 1000,
                forced: false,
                demo: None,
            }),
            ..at(1000, vec![gpu("A", 2)])
        };
        store.apply(first);
        store.with_history(|history| {
            assert_eq!(history.times, [500, 1000]);
            assert_eq!(history.gpus["A"].utilization, [Some(9), Some(2)]);
        });
    });
}

#[test]
fn another_scene_of_the_demo_has_no_past() {
    on_a_page(|| {
        let scene = |millis, scenario: &str, gpus| {
            let mut snapshot = at(millis, gpus);
            let mut history = History::default();
            history.push(&snapshot);
            snapshot.history = Some(history);
            snapshot.server = Some(ServerInfo {
                version: "1".into(),
                poll_interval_ms: 1000,
                forced: false,
                demo: Some(Demo { scenario: scenario.into(), scenarios: Vec::new() }),
            });
            snapshot
        };
        let take = |store: Store, snapshot: Snapshot| {
            let (time, text) = (snapshot.timestamp.millis(), serde_json::to_string(&snapshot).unwrap());
            store.apply(snapshot);
            store.record(time, text);
        };
        let store = Store::new(scene(0, "mig", vec![gpu("A", 1), gpu("B", 1)]));
        take(store, scene(1000, "mig", vec![gpu("A", 2), gpu("B", 2)]));
        take(store, at(2000, vec![gpu("A", 3), gpu("B", 3)]));
        store.with_tape(|tape| assert_eq!(tape.times(), [1000, 2000]));
        take(store, scene(3000, "no-gpu", Vec::new()));
        take(store, at(4000, Vec::new()));
        assert!(store.order.get_untracked().is_empty());
        let demo = store.machine.get_untracked().demo.unwrap();
        assert_eq!(demo.scenario, "no-gpu", "each message but the first is silent on it");
        store.with_tape(|tape| assert_eq!(tape.times(), [3000, 4000]));
        store.with_history(|history| assert_eq!(history.times, [3000, 4000]));
        // The same scene again, as after a connection that broke, goes on.
        take(store, scene(5000, "no-gpu", Vec::new()));
        store.with_tape(|tape| assert_eq!(tape.times(), [3000, 4000, 5000]));
    });
}
