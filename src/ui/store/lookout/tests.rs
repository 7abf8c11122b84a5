use super::*;
use crate::telemetry::{Gpu, Process, Timestamp};

fn gpu(pids: &[u32]) -> Gpu {
    let process = |pid: &u32| Process { pid: *pid, name: Some("python".into()), ..Process::default() };
    Gpu { id: 3, uuid: Some("G".into()), processes: pids.iter().map(process).collect(), ..Gpu::default() }
}

fn at(millis: u64, gpu: Gpu) -> Snapshot {
    Snapshot { timestamp: Timestamp::from_millis(millis), gpus: vec![gpu], ..Snapshot::default() }
}

/// A page whose reader waits for the end of PID 7.
fn waiting(test: impl FnOnce(Store)) {
    Owner::new().with(|| {
        let store = Store::new(at(0, gpu(&[7, 8])));
        store.toggle_watch("G", Some(7), "PID 7 (python)".into());
        assert!(store.lookout.read_untracked().waits_for("G", Some(7)));
        test(store);
    });
}

fn told(store: Store) -> String {
    let lookout = store.lookout.read_untracked();
    lookout.tidings.iter().map(|tiding| tiding.words.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_end_is_told_once_and_then_nothing_is_waited_for() {
    waiting(|store| {
        store.apply(at(1000, gpu(&[7, 8])));
        assert_eq!(told(store), "");
        store.apply(at(2000, gpu(&[8])));
        assert_eq!(told(store), "PID 7 (python) on GPU 3 ended.");
        assert!(!store.lookout.read_untracked().waits_for("G", Some(7)));
        assert!(!store.lookout.read_untracked().unseen);
        store.apply(at(3000, gpu(&[7])));
        store.apply(at(4000, gpu(&[])));
        assert_eq!(told(store), "PID 7 (python) on GPU 3 ended.");
        store.clear_lookout();
        assert_eq!(told(store), "");
    });
}

#[test]
fn a_hidden_page_and_one_that_stands_still_look_out_as_well() {
    waiting(|store| {
        store.set_hidden(true);
        store.apply(at(1000, gpu(&[8])));
        assert_eq!(told(store), "PID 7 (python) on GPU 3 ended.");
        assert!(store.lookout.read_untracked().unseen);
        store.set_hidden(false);
        assert!(!store.lookout.read_untracked().unseen);
    });
    waiting(|store| {
        store.apply(at(1000, gpu(&[7])));
        store.toggle_pause();
        store.apply(at(2000, gpu(&[])));
        assert_eq!(told(store), "PID 7 (python) on GPU 3 ended.");
    });
}

#[test]
fn a_second_press_waits_no_longer() {
    waiting(|store| {
        store.toggle_watch("G", None, String::new());
        store.toggle_watch("G", Some(7), String::new());
        assert!(
            store.lookout.read_untracked().waits_for("G", None)
                && !store.lookout.read_untracked().waits_for("G", Some(7))
        );
        store.apply(at(1000, gpu(&[])));
        assert_eq!(told(store), "");
        store.clear_lookout();
        assert!(!store.lookout.read_untracked().waits_for("G", None));
    });
}

#[test]
fn what_is_so_already_is_told_at_once() {
    Owner::new().with(|| {
        let free = |millis| Gpu {
            utilization: Some(0),
            ..Gpu { free_since: Some(Timestamp::from_millis(millis)), ..gpu(&[]) }
        };
        let sample = at(200_000, free(1000));
        let store = Store::new(sample.clone());
        store.record(200_000, serde_json::to_string(&sample).unwrap());
        store.toggle_watch("G", None, String::new());
        assert_eq!(told(store), "GPU 3 is free: nobody has computed on it for 2 minutes.");
        assert!(!store.lookout.read_untracked().waits_for("G", None));
    });
}

#[test]
fn a_number_given_anew_while_the_connection_was_lost_is_an_end() {
    let renamed = |millis| {
        let mut snapshot = at(millis, gpu(&[7]));
        snapshot.gpus[0].processes[0].name = Some("bash".into());
        snapshot
    };
    waiting(|store| {
        store.apply(renamed(1000));
        assert_eq!(told(store), "", "it renamed itself");
    });
    waiting(|store| {
        store.apply(Snapshot { continuous_since: Timestamp::from_millis(9000), ..renamed(9000) });
        assert_eq!(told(store), "PID 7 (python) on GPU 3 ended.");
    });
}
