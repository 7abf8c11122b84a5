//! Names, commands and users of processes that really run.
#![allow(clippy::unwrap_used)]

use std::process::{Child, Command, Stdio};
use std::time::Instant;

use gpu_observatory::{
    collect::Processes,
    telemetry::{Gpu, Process, ProcessMetric, Reason},
};

/// A child that ends with the test.
struct Running(Child);

impl Running {
    fn sleep(seconds: &str) -> Self {
        Self(Command::new("sleep").arg(seconds).stdin(Stdio::null()).spawn().unwrap())
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn look(processes: &mut Processes, pid: u32) -> Process {
    let on_two = [0, 1].map(|id| {
        let processes = vec![Process { pid, ..Process::default() }];
        Gpu { id, processes, ..Gpu::default() }
    });
    let mut gpus = on_two.to_vec();
    processes.fill(&mut gpus, Instant::now());
    assert_eq!(gpus[0].processes, gpus[1].processes);
    gpus.remove(0).processes.remove(0)
}

#[test]
fn a_child_is_known_by_name_command_and_user() {
    let child = Running::sleep("3600");
    let uid = uzers::get_current_uid();
    let me = uzers::get_user_by_uid(uid)
        .map_or_else(|| uid.to_string(), |user| user.name().to_string_lossy().into_owned());
    let mut processes = Processes::new();
    for _ in 0..2 {
        let process = look(&mut processes, child.pid());
        assert_eq!(process.name.as_deref(), Some("sleep"));
        assert_eq!(process.command.as_deref(), Some("sleep 3600"));
        assert_eq!(process.user.as_ref(), Some(&me));
        assert!(process.unavailable.is_empty());
    }
}

#[test]
fn a_process_that_ended_is_nobody() {
    let mut child = Running::sleep("3600");
    let pid = child.pid();
    let mut processes = Processes::new();
    assert!(look(&mut processes, pid).name.is_some());
    child.0.kill().unwrap();
    child.0.wait().unwrap();
    let process = look(&mut processes, pid);
    assert_eq!((&process.name, &process.command, &process.user), (&None, &None, &None));
    for metric in [ProcessMetric::Name, ProcessMetric::Command, ProcessMetric::User] {
        // Which one depends on whether the tests themselves run in a container.
        let reason = process.unavailable[&metric];
        assert!(matches!(reason, Reason::Error | Reason::NeedsHostPid | Reason::NoPermission), "{reason:?}");
    }
}

#[test]
fn a_zombie_has_a_name_and_no_command() {
    let mut child = Running::sleep("0");
    let pid = child.pid();
    // It has ended when its output has, and is not waited for.
    let state = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    while !state().contains(") Z ") {
        std::thread::yield_now();
    }
    let process = look(&mut Processes::new(), pid);
    assert_eq!(process.name.as_deref(), Some("sleep"));
    assert_eq!(process.unavailable[&ProcessMetric::Command], Reason::NotReported);
    child.0.wait().unwrap();
}
