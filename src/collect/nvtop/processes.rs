//! Who uses the GPU.

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    cell,
    gpu::{LONGEST, MOST_BYTES},
};
use crate::{
    collect::{
        processes::text::{self, printable},
        source::Reading,
        units::mib,
    },
    telemetry::{Process, ProcessKind, ProcessMetric, Reason},
};

/// What nvtop makes of memory that it does not know.
const NO_MEMORY: u64 = u64::MAX;

/// Of a device in a listing, most memory first. Before 3.3.2 there is no such list.
pub(super) fn listed(device: &Value) -> Reading<Vec<Process>> {
    let entries = match device.get("processes") {
        None | Some(Value::Null) => return Err(Reason::NotReported),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(Reason::Error),
    };
    let mut processes = Vec::new();
    for entry in entries {
        add(&mut processes, entry);
    }
    processes.sort_by(by_memory);
    Ok(processes)
}

/// A process that draws and computes is listed once for each.
fn add(processes: &mut Vec<Process>, entry: &Value) {
    let pid = cell::figure(entry, "pid", "", u32::MAX);
    let Some(pid) = pid.ok().filter(|pid| *pid != 0) else { return };
    let kind = kind(entry);
    let known = processes.iter_mut().find(|process| process.pid == pid);
    let process = if let Some(process) = known {
        process.kind = match (process.kind, kind) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other),
        };
        process
    } else {
        processes.push_mut(Process { pid, kind, ..Process::default() })
    };
    // The same is told wherever a process is listed: it is not a sum.
    let memory = larger(process.used_memory, memory(entry), f64::max);
    let busy = larger(process.sm_utilization, cell::percent(entry, "gpu_usage"), u32::max);
    let (name, command) = (process.name.take(), process.command.take());
    let line = cell::text(entry, "cmdline");
    let user = process.user.take().map_or_else(|| user(entry), Ok);
    process.set(ProcessMetric::UsedMemory, |p| &mut p.used_memory, memory);
    process.set(ProcessMetric::SmUtilization, |p| &mut p.sm_utilization, busy);
    process.set(ProcessMetric::Name, |p| &mut p.name, name.map_or_else(|| first_word(line.as_deref()), Ok));
    process.set(
        ProcessMetric::Command,
        |p| &mut p.command,
        command.map_or_else(|| whole(line.as_deref()), Ok),
    );
    process.set(ProcessMetric::User, |p| &mut p.user, user);
}

fn larger<T>(one: Option<T>, other: Reading<T>, most: impl Fn(T, T) -> T) -> Reading<T> {
    match (one, other) {
        (Some(one), Ok(other)) => Ok(most(one, other)),
        (Some(one), Err(_)) => Ok(one),
        (None, other) => other,
    }
}

fn kind(entry: &Value) -> Option<ProcessKind> {
    match cell::text(entry, "kind").ok()?.as_ref() {
        "graphic" => Some(ProcessKind::Graphics),
        "compute" => Some(ProcessKind::Compute),
        "graphic & compute" => Some(ProcessKind::Both),
        _ => None,
    }
}

fn memory(entry: &Value) -> Reading<f64> {
    match cell::whole(&cell::text(entry, "gpu_mem_bytes_alloc")?, "", u64::MAX)? {
        NO_MEMORY => Err(Reason::NotReported),
        bytes if bytes <= MOST_BYTES => Ok(mib(bytes)),
        _ => Err(Reason::Error),
    }
}

/// The program's file name. It is the operating system's to tell; this is for where
/// nvtop may look at a process and the server may not.
fn first_word(line: Result<&str, &Reason>) -> Reading<String> {
    let word = line.map_err(|reason| *reason)?.split(' ').next().unwrap_or_default();
    text::name(&[word.to_owned()], "").ok_or(Reason::NotReported)
}

fn whole(line: Result<&str, &Reason>) -> Reading<String> {
    text::command(&[line.map_err(|reason| *reason)?.to_owned()], false).ok_or(Reason::NotReported)
}

fn user(entry: &Value) -> Reading<String> {
    let name = printable(&cell::text(entry, "user")?);
    let name: String = name.trim().chars().take(LONGEST).collect();
    if name.is_empty() { Err(Reason::NotReported) } else { Ok(name) }
}

/// Most memory first; who does not tell comes last.
fn by_memory(one: &Process, other: &Process) -> Ordering {
    let memory = |process: &Process| process.used_memory.unwrap_or(-1.0);
    memory(other).total_cmp(&memory(one)).then(one.pid.cmp(&other.pid))
}
