use super::*;
use crate::{
    telemetry::{Gpu, Process, Snapshot, Timestamp},
    ui::store::Link,
};

/// A sample at this second, its process and utilization numbered like it.
fn sample(second: u32) -> Snapshot {
    let process = Process { pid: second, ..Process::default() };
    let gpu =
        Gpu { uuid: Some("A".into()), utilization: Some(second), processes: vec![process], ..Gpu::default() };
    Snapshot {
        timestamp: Timestamp::from_millis(u64::from(second) * 1000),
        gpus: vec![gpu],
        ..Snapshot::default()
    }
}

fn receive(store: Store, snapshot: Snapshot) {
    store.record(snapshot.timestamp.millis(), serde_json::to_string(&snapshot).unwrap());
    store.apply(snapshot);
}

/// A page that was opened at second 5 and saw three samples.
fn page() -> Store {
    let store = Store::new(Snapshot::default());
    let mut history = History::default();
    for second in 1..5 {
        history.push(&sample(second));
    }
    receive(store, Snapshot { history: Some(history), ..sample(5) });
    receive(store, sample(6));
    receive(store, sample(7));
    store
}

/// Utilization and PIDs on the page.
fn seen(store: Store) -> (Option<u32>, Vec<u32>) {
    let gpu = store.card("A").unwrap().gpu.read_untracked();
    (gpu.utilization, gpu.processes.iter().map(|process| process.pid).collect())
}

fn paused(store: Store) -> Paused {
    store.moment.get_untracked().paused.unwrap()
}

fn on_a_page(test: impl FnOnce(Store)) {
    Owner::new().with(|| test(page()));
}

#[test]
fn a_page_that_stands_still_keeps_what_comes_in() {
    on_a_page(|store| {
        store.toggle_pause();
        receive(store, sample(8));
        store.set_hidden(true);
        store.set_hidden(false);
        assert_eq!(seen(store), (Some(7), vec![7]));
        store.with_history(|history| assert_eq!(history.times.last(), Some(&7000)));
        store.toggle_pause();
        assert_eq!(seen(store), (Some(8), vec![8]));
        assert_eq!(store.moment.get_untracked(), Moment::default());
        store.with_history(|history| assert_eq!(history.times.len(), 8));
        store.toggle_pause();
        store.step(-1);
        assert_eq!(seen(store), (Some(7), vec![7]), "what was kept before is still there");
    });
}

#[test]
fn steps_show_whole_samples_and_then_what_the_history_knows() {
    on_a_page(|store| {
        store.toggle_pause();
        assert_eq!(paused(store), Paused { time: 7000, newest: 7000, place: 6, last: 6, whole: true });
        store.step(-2);
        assert_eq!((seen(store), paused(store).whole), ((Some(5), vec![5]), true));
        store.step(-1);
        assert_eq!((seen(store), paused(store).whole), ((Some(4), vec![]), false));
        assert_eq!(store.machine.read_untracked().taken.millis(), 4000);
        store.step(-100);
        assert_eq!((seen(store).0, paused(store).place), (Some(1), 0));
        store.step(100);
        assert_eq!(seen(store), (Some(7), vec![7]));
    });
}

#[test]
fn back_to_live_shows_the_newest_even_if_nothing_came_in() {
    on_a_page(|store| {
        store.toggle_pause();
        store.step(-3);
        store.resume();
        assert_eq!(seen(store), (Some(7), vec![7]));
    });
}

#[test]
fn a_live_page_does_not_step_and_an_empty_one_does_not_pause() {
    on_a_page(|store| {
        store.step(-1);
        assert_eq!(seen(store), (Some(7), vec![7]));
        let empty = Store::new(Snapshot::default());
        empty.toggle_pause();
        assert_eq!(empty.moment.get_untracked(), Moment::default());
        assert_eq!(empty.link.get_untracked(), Link::Connecting);
    });
}

#[test]
fn the_instant_is_the_samples_own() {
    on_a_page(|store| {
        // 2.4 s before the newest.
        store.point(0.96);
        assert_eq!(store.moment.get_untracked().marked(), Some(5000));
        store.point_on(-1);
        assert_eq!(store.moment.get_untracked().marked(), Some(4000));
        store.point_on(isize::MAX);
        assert_eq!(store.moment.get_untracked().marked(), Some(7000));
        store.toggle_pause();
        store.go_to(0.95);
        assert_eq!((seen(store).0, store.moment.get_untracked().marked()), (Some(4), Some(4000)));
        store.point(1.0);
        store.point_away();
        assert_eq!(store.moment.get_untracked().marked(), Some(4000));
    });
}
