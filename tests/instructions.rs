//! How much the processor has to do, per sample and per message: instructions of our own
//! code, as valgrind counts them. The system's libraries, the kernel and the fake driver do
//! not count. What is built for tests is not optimised, so the numbers say nothing about
//! the program but that it has come to do more, or less, than it did.
#![allow(clippy::unwrap_used)]

#[path = "support/built.rs"]
mod built;
#[path = "support/fake_nvml.rs"]
mod fake_nvml;
#[path = "support/ticks.rs"]
mod ticks;

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use ticks::Ticks;

/// What is to be done under valgrind: samples, and messages.
const WORK: &str = "GPU_OBSERVATORY_TEST_WORK";
/// Enough for a whole number of everything that is not asked for each time.
const MANY: u64 = 30;

#[test]
#[ignore = "the other test runs it under valgrind"]
fn work() {
    let told = env::var(WORK).unwrap();
    let (samples, messages) = told.split_once(' ').unwrap();
    let mut ticks = Ticks::new();
    for _ in 0..samples.parse().unwrap() {
        ticks.tick();
    }
    for _ in 0..messages.parse().unwrap() {
        ticks.tick();
        ticks.encode();
    }
}

/// Instructions of this very file while it does the work. `None` where there is no valgrind.
fn counted(folder: &Path, samples: u64, messages: u64) -> Option<u64> {
    let told = folder.join(format!("{samples}-{messages}"));
    let this = env::current_exe().unwrap();
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", told.display()))
        .arg(&this)
        .args(["--ignored", "--exact", "work"])
        .env(WORK, format!("{samples} {messages}"))
        .stdout(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success());
    Some(of_object(&fs::read_to_string(told).unwrap(), this.to_str().unwrap()))
}

/// The cost of one object's own lines in callgrind's output. `ob=(1) path` names an object,
/// and later `ob=(1)` is enough; a line that begins with a number or a sign is a cost, but
/// for the one after `calls=`, which is the callee's.
fn of_object(told: &str, path: &str) -> u64 {
    let mut ours = None;
    let (mut counts, mut skip, mut sum) = (false, false, 0);
    for line in told.lines() {
        if let Some(object) = line.strip_prefix("ob=").or_else(|| line.strip_prefix("cob=")) {
            let (id, name) = object.split_once(' ').unwrap_or((object, ""));
            if name == path {
                ours = Some(id.to_owned());
            }
            if line.starts_with("ob=") {
                counts = ours.as_deref() == Some(id);
            }
        } else if line.starts_with("calls=") {
            skip = true;
        } else if line.starts_with(|c: char| c.is_ascii_digit() || "+-*".contains(c)) {
            if counts && !skip {
                sum += line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok()).unwrap_or(0);
            }
            skip = false;
        }
    }
    sum
}

#[test]
fn the_work_stays_within_its_budget() {
    let folder = tempfile::tempdir().unwrap();
    let Some(nothing) = counted(folder.path(), 0, 0) else {
        eprintln!("there is no valgrind here: instructions are not counted");
        return;
    };
    let samples = counted(folder.path(), MANY, 0).unwrap();
    let messages = counted(folder.path(), 0, MANY).unwrap();
    let sample = (samples - nothing) / MANY;
    let message = (messages - samples) / MANY;
    eprintln!("nothing {nothing}, a sample {sample}, a message {message}");
}
