use super::*;
use crate::telemetry::{ServerInfo, Timestamp};

fn gpu(uuid: &str, utilization: u32) -> Gpu {
    Gpu { uuid: Some(uuid.into()), utilization: Some(utilization), ..Gpu::default() }
}

fn at(millis: u64, gpus: Vec<Gpu>) -> Snapshot {
    Snapshot { timestamp: Timestamp::from_millis(millis), gpus, ..Snapshot::default() }
}

fn utilization(store: Store, key: &str) -> Option<u32> {
    store.card(key).unwrap().gpu.with_untracked(|gpu| gpu.utilization)
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
            server: Some(ServerInfo { version: "1".into(), poll_interval_ms: 1000, forced: false }),
            ..at(1000, vec![gpu("A", 2)])
        };
        store.apply(first);
        store.with_history(|history| {
            assert_eq!(history.times, [500, 1000]);
            assert_eq!(history.gpus["A"].utilization, [Some(9), Some(2)]);
        });
    });
}
