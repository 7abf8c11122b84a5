use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::collect::{NvidiaSmiSource, Source};
use serde_json::json;

use super::fake::{Fake, PLENTY, SECOND, failure, gone, is_there, listings, with};

#[test]
fn what_keeps_it_from_listing_is_explained() {
    for (code, say, wanted) in [
        (9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "not loaded"),
        (12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", "libnvidia-ml.so"),
        (6, "No devices were found", "no GPU"),
        (
            18,
            "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.124",
            "570.124",
        ),
        (255, "Failed to initialize NVML: Unknown Error", "unknown error"),
        (77, "Something odd", "code 77: Something odd"),
    ] {
        let fake = Fake::new(&json!({ "say": say, "code": code }));
        let error = fake.open(SECOND).unwrap_err();
        assert!(error.reason.contains(wanted), "{code}: {error}");
        assert!(code == 77 || !error.hint.is_empty(), "{error}");
        // The help asks no driver, so that fast listings fail a step later.
        let fake = Fake::new(&json!({ "rows": "rows.csv", "bad": { "0": { "say": say, "code": code } } }));
        let error = fake.open(SECOND / 10).unwrap_err();
        assert!(error.reason.contains(wanted), "{code}: {error}");
    }
}

#[test]
fn complaints_on_the_other_channel_count_too() {
    let fake = Fake::new(&json!({ "complain": "Failed to initialize NVML: Unknown Error", "code": 255 }));
    assert!(fake.open(SECOND).unwrap_err().reason.contains("unknown error"));
}

#[test]
fn without_a_program_there_is_no_source() {
    let error = NvidiaSmiSource::open(Some("/nowhere/nvidia-smi".as_ref()), SECOND).unwrap_err();
    assert!(error.reason.contains("not installed") && error.hint.contains("Install"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("nvidia-smi");
    fs::write(&program, "").unwrap();
    let error = NvidiaSmiSource::open(Some(&program), SECOND).unwrap_err();
    assert!(error.reason.contains("executed"), "{error}");
}

#[test]
fn a_death_is_noticed_and_explained() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    let mut source = fake.opened();
    source.read(Instant::now()).unwrap();
    fake.play(&json!({ "code": 9, "say": "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver." }));
    assert!(failure(&mut source).reason.contains("not loaded"));
    fake.play(&listings(&["v13.xml"]));
    assert_eq!(fake.opened().read(Instant::now()).unwrap().len(), 2);
}

#[test]
fn a_kill_is_noticed() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    let mut source = fake.opened();
    let (pid, _) = fake.starts()[0];
    assert!(Command::new("/bin/kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    assert!(failure(&mut source).reason.contains("signal 9"));
}

#[test]
fn a_hang_is_noticed_when_its_time_has_come_and_ends_with_the_source() {
    let fake = Fake::new(&with(listings(&["v13.xml"]), "hangAfter", json!(1)));
    let mut source = fake.opened();
    assert_eq!(source.read(Instant::now() + SECOND).unwrap().len(), 2, "late is not dead");
    let error = source.read(Instant::now() + 60 * SECOND).unwrap_err();
    assert!(error.reason.starts_with("nvidia-smi has not answered for "), "{error}");
    let (pid, _) = fake.starts()[0];
    assert!(is_there(pid));
    drop(source);
    gone(pid);
}

#[test]
fn one_that_never_lists_is_given_up() {
    let fake = Fake::new(&with(listings(&["v13.xml"]), "hangAfter", json!(0)));
    let opened = NvidiaSmiSource::open_within(Some(&fake.program()), SECOND, Duration::from_millis(300));
    assert!(opened.unwrap_err().reason.contains("not answered"));
    // It may have been killed before it could say that it had started.
    fake.starts().into_iter().for_each(|(pid, _)| gone(pid));
}

#[test]
fn garbage_and_half_listings_are_no_listings() {
    let fake = Fake::new(&with(
        listings(&["v13.xml"]),
        "garbage",
        json!("<nvidia_smi_log>\n<gpu\n</nvidia_smi_log>\n"),
    ));
    assert!(fake.open(SECOND).unwrap_err().reason.starts_with("What nvidia-smi prints"));
    let fake = Fake::new(&with(with(listings(&["v13.xml"]), "truncate", json!(700)), "once", json!(true)));
    let error = fake.open(SECOND).unwrap_err();
    assert_eq!(error.reason, "What nvidia-smi prints ends too early");
}

#[test]
fn garbage_after_good_listings_is_bad_once_those_are_too_old() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    let mut source = fake.opened();
    fake.play(&with(
        listings(&["v13.xml"]),
        "garbage",
        json!("<nvidia_smi_log>\n<gpu>\n</nvidia_smi_log>\n"),
    ));
    let start = Instant::now();
    loop {
        assert_eq!(source.read(Instant::now()).unwrap().len(), 2);
        let error = source.read(Instant::now() + 60 * SECOND).unwrap_err();
        if error.reason.starts_with("What nvidia-smi prints") {
            return;
        }
        assert!(start.elapsed() < PLENTY, "{error}");
        thread::sleep(Duration::from_millis(5));
    }
}

const AS_SERVER: &str = "GPU_OBSERVATORY_TEST_SMI";

/// Not a test of its own: the server of the next one.
#[test]
fn a_server_with_a_source() {
    if let Some(program) = env::var_os(AS_SERVER) {
        let source = NvidiaSmiSource::open(Some(program.as_ref()), SECOND);
        println!("opened={}", source.is_ok());
        thread::sleep(PLENTY * 10);
    }
}

#[test]
fn the_child_dies_with_a_server_that_is_killed() {
    let fake = Fake::new(&with(listings(&["v13.xml"]), "hangAfter", json!(1)));
    let mut server = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "faults::a_server_with_a_source"])
        .env(AS_SERVER, fake.program())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("opened=true")));
    let (pid, _) = fake.starts()[0];
    assert!(is_there(pid));
    server.kill().unwrap();
    server.wait().unwrap();
    gone(pid);
}
