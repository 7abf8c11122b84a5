use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::collect::{NvtopSource, Source};
use serde_json::json;

use crate::{
    fake_program::{FakeProgram, PLENTY, gone, is_there},
    rig::{SECOND, TENTH, failure, fake, listings, open, until, with},
};

fn loop_pid(fake: &FakeProgram) -> u32 {
    fake.starts().last().unwrap().0
}

#[test]
fn an_old_version_is_named() {
    for (version, wanted) in [
        ("nvtop version 3.1.0", "nvtop 3.1.0 is too old: snapshots need 3.2.0 or newer"),
        ("nvtop version 1.2.2", "nvtop 1.2.2 is too old: snapshots need 3.2.0 or newer"),
        (
            "something else",
            "nvtop does not tell its version but \"something else\": snapshots need 3.2.0 or newer",
        ),
        ("", "nvtop does not tell its version but nothing: snapshots need 3.2.0 or newer"),
    ] {
        let fake = fake(&with(listings(&["3.3.2.json"]), "version", json!(version)));
        let error = open(&fake).unwrap_err();
        assert_eq!(error.reason, wanted);
        assert!(error.hint.contains("newer") && !error.absent);
        assert_eq!(fake.starts().len(), 1, "it is asked for nothing else");
    }
}

#[test]
fn without_a_program_there_is_no_source() {
    let error = NvtopSource::open(Some("/nowhere/nvtop".as_ref()), SECOND).unwrap_err();
    assert!(
        error.absent && error.reason.contains("not installed") && error.hint.contains("Install"),
        "{error}"
    );
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("nvtop");
    fs::write(&program, "").unwrap();
    let error = NvtopSource::open(Some(&program), SECOND).unwrap_err();
    assert!(!error.absent && error.reason.contains("executed"), "{error}");
}

#[test]
fn a_hang_is_noticed_when_its_time_has_come_and_ends_with_the_source() {
    let fake = fake(&with(listings(&["3.3.2.json"]), "hangAfter", json!(1)));
    let mut source = open(&fake).unwrap();
    assert_eq!(source.read(Instant::now() + SECOND).unwrap().len(), 2, "late is not dead");
    let error = source.read(Instant::now() + 60 * SECOND).unwrap_err();
    assert!(error.reason.starts_with("nvtop has not answered for ") && !error.hint.is_empty(), "{error}");
    let pid = loop_pid(&fake);
    assert!(is_there(pid));
    drop(source);
    gone(pid);
}

#[test]
fn one_that_never_lists_is_given_up() {
    let fake = fake(&with(listings(&["3.3.2.json"]), "hangAfter", json!(0)));
    let opened = NvtopSource::open_within(Some(&fake.program()), TENTH, Duration::from_millis(300));
    assert!(opened.unwrap_err().reason.starts_with("nvtop has not answered"));
    fake.starts().into_iter().for_each(|(pid, _)| gone(pid));
}

#[test]
fn one_that_does_not_tell_its_version_is_given_up() {
    let fake = fake(&with(listings(&["3.3.2.json"]), "hangVersion", json!(true)));
    assert!(open(&fake).unwrap_err().reason.starts_with("nvtop has not answered"));
    fake.starts().into_iter().for_each(|(pid, _)| gone(pid));
}

#[test]
fn a_child_that_was_killed_is_healed_by_opening_again() {
    let fake = fake(&listings(&["3.3.2.json"]));
    let mut source = open(&fake).unwrap();
    let pid = loop_pid(&fake);
    assert!(Command::new("/bin/kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    assert_eq!(failure(&mut source).reason, "nvtop was killed by signal 9");
    drop(source);
    assert_eq!(open(&fake).unwrap().read(Instant::now()).unwrap().len(), 2);
}

#[test]
fn an_end_is_explained() {
    let fake = fake(&listings(&["3.3.2.json"]));
    let mut source = open(&fake).unwrap();
    fake.play(&json!({ "code": 1, "complain": "Assertion `x' failed." }));
    assert_eq!(failure(&mut source).reason, "nvtop ended with code 1: Assertion `x' failed.");
}

#[test]
fn a_crash_in_the_middle_of_a_listing_is_one() {
    let scenario = json!({ "listings": ["3.3.2.json"], "truncate": 700, "endAfter": 1, "signal": 11 });
    let fake = fake(&scenario);
    let error = open(&fake).unwrap_err();
    assert_eq!(error.reason, "nvtop crashed (signal 11)");
    assert!(error.hint.contains("newer"));
    // Later as well; what was listed before counts until then.
    fake.play(&listings(&["3.3.2.json"]));
    let mut source = open(&fake).unwrap();
    fake.play(&with(scenario, "endAfter", json!(0)));
    assert_eq!(failure(&mut source).reason, "nvtop crashed (signal 11)");
}

#[test]
fn garbage_is_no_listing() {
    for garbage in ["[\n  {\n   \"temp\": 5C\n  }\n]\n", "[1]\n"] {
        let fake = fake(&with(listings(&["3.3.2.json"]), "garbage", json!(garbage)));
        let error = open(&fake).unwrap_err();
        assert!(error.reason.starts_with("What nvtop prints is "), "{error}");
    }
    let fake = fake(&with(listings(&["3.3.2.json"]), "garbage", json!("nonsense\n")));
    let opened = NvtopSource::open_within(Some(&fake.program()), TENTH, Duration::from_millis(500));
    let error = opened.unwrap_err();
    assert!(error.reason.ends_with(" s: nonsense"), "{error}");
}

#[test]
fn garbage_after_good_listings_is_bad_once_those_are_too_old() {
    let fake = fake(&listings(&["3.3.2.json"]));
    let mut source = open(&fake).unwrap();
    fake.play(&with(listings(&["3.3.2.json"]), "garbage", json!("[\n  {\n]\n")));
    let start = Instant::now();
    loop {
        let error = source.read(Instant::now() + 60 * SECOND).unwrap_err();
        if error.reason.starts_with("What nvtop prints") {
            break;
        }
        assert!(start.elapsed() < PLENTY, "{error}");
        thread::sleep(Duration::from_millis(5));
    }
    // One good listing is enough.
    fake.play(&listings(&["3.3.2-later.json"]));
    assert_eq!(until(&mut source, |gpus| gpus.as_ref().is_ok_and(|gpus| gpus.len() == 3)).unwrap().len(), 3);
}
