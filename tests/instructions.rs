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

use ticks::{Sleeping, Ticks};

/// Instructions of a sample and of a message, with this compiler, on this processor.
const SAMPLE: u64 = 1_300_000;
const MESSAGE: u64 = 4_866_000;
const COMPILER: &str = "rustc 1.95.0 ";
/// More than this part of a budget above it is too much. The same program differs by one
/// hundredth: tables are seeded anew each time, and threads wait for each other.
const TOLERANCE: u64 = 20;

/// What is to be done under valgrind: samples and messages, and on whose processes.
const WORK: &str = "GPU_OBSERVATORY_TEST_WORK";
const PROCESSES: &str = "GPU_OBSERVATORY_TEST_PROCESSES";
/// One of them reads what is read every five seconds.
const MANY: u64 = 5;
const BEFORE: usize = 2;

#[test]
#[ignore = "the other test runs it under valgrind"]
fn work() {
    let told = env::var(WORK).unwrap();
    let (samples, messages) = told.split_once(' ').unwrap();
    let mut ticks = Ticks::after(BEFORE, &Sleeping::told(&env::var(PROCESSES).unwrap()));
    for _ in 0..samples.parse().unwrap() {
        ticks.tick();
    }
    for _ in 0..messages.parse().unwrap() {
        ticks.tick();
        ticks.encode();
    }
}

/// Instructions of this very file while it does the work.
fn counted(folder: &Path, processes: &Sleeping, samples: u64, messages: u64) -> u64 {
    let told = folder.join(format!("{samples}-{messages}"));
    let this = env::current_exe().unwrap();
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", told.display()))
        .arg(&this)
        .args(["--ignored", "--exact", "work"])
        .env(WORK, format!("{samples} {messages}"))
        .env(PROCESSES, processes.tell())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    of_object(&fs::read_to_string(told).unwrap(), this.to_str().unwrap())
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

/// Why nothing is counted here, if so.
fn why_not() -> Option<String> {
    let says = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if says("valgrind").is_none() {
        return Some("there is no valgrind".to_owned());
    }
    let compiler = says("rustc").unwrap_or_default();
    if !compiler.starts_with(COMPILER) || !cfg!(all(target_arch = "x86_64", debug_assertions)) {
        return Some(format!("the budget is for tests by {COMPILER}on x86-64, not for {compiler}"));
    }
    None
}

fn holds(what: &str, counted: u64, budget: u64) {
    eprintln!("{what}: {counted} instructions, budget {budget}");
    assert!(
        counted <= budget + budget / TOLERANCE,
        "{what} takes {counted} instructions, and may take {budget}: raise the budget on purpose"
    );
}

#[test]
fn the_work_stays_within_its_budget() {
    if let Some(why) = why_not() {
        eprintln!("instructions are not counted: {why}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let processes = Sleeping::start();
    let count = |samples, messages| counted(folder.path(), &processes, samples, messages);
    let (nothing, samples, messages) = (count(0, 0), count(MANY, 0), count(0, MANY));
    holds("a sample", (samples - nothing) / MANY, SAMPLE);
    holds("a message", (messages - samples) / MANY, MESSAGE);
}

#[test]
fn only_our_own_lines_count() {
    let told = "events: Ir\nob=(1) /lib/ld.so\nfn=(1) a\n10 5\ncob=(2) /us\ncfn=(2) b\ncalls=1 0\n10 7\n\
        ob=(2)\nfn=(2)\n+3 20\n* 1\n-2 300\ncob=(1)\ncfn=(1)\ncalls=2 0\n* 9\n\nob=(1)\nfn=(3) c\n1 4000\n";
    assert_eq!((of_object(told, "/us"), of_object(told, "/lib/ld.so")), (321, 4005));
}
