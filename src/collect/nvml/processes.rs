//! Who uses the GPU. Names, commands and users are not the driver's to tell.

use std::cmp::Ordering;

use super::{
    raw::{self, List, LongEntry},
    reason::{Stop, settle},
    sm,
    units::mib,
    visit::{Pace, Visit},
};
use crate::{
    collect::source::Reading,
    telemetry::{Metric, Process, ProcessKind, ProcessMetric, Reason},
};

/// What the driver says where it cannot tell.
const NO_MEMORY: u64 = u64::MAX;
const NO_INSTANCE: u32 = u32::MAX;

/// What earlier samples taught of each list.
#[derive(Debug)]
pub(super) struct Lists {
    compute: Past,
    graphics: Past,
    mps: Past,
}

#[derive(Debug)]
struct Past {
    /// How many entries were enough last time.
    room: u32,
    /// The device lacks the list, or refuses it.
    refused: Option<Reason>,
    /// So do all parts of a split device.
    refused_by_parts: Option<Reason>,
    /// There was something in it last time.
    used: bool,
}

impl Default for Lists {
    fn default() -> Self {
        let past = || Past { room: 16, refused: None, refused_by_parts: None, used: false };
        Self { compute: past(), graphics: past(), mps: past() }
    }
}

impl Lists {
    fn of(&mut self, list: List) -> &mut Past {
        match list {
            List::Compute => &mut self.compute,
            List::Graphics => &mut self.graphics,
            List::Mps => &mut self.mps,
        }
    }
}

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if !visit.wants(Pace::Sample, Metric::Processes) {
        return Ok(());
    }
    let compute = entries(visit, List::Compute)?;
    let graphics = entries(visit, List::Graphics)?;
    // Few machines have MPS, whose clients are listed nowhere else: looked at less
    // often until there are some.
    let look = visit.link_due || visit.notes.lists.mps.used;
    let mps = if look { entries(visit, List::Mps)? } else { Ok(Vec::new()) };
    match merged([
        (compute, ProcessKind::Compute),
        (graphics, ProcessKind::Graphics),
        (mps, ProcessKind::Compute),
    ]) {
        Ok(mut processes) => {
            sm::read(visit, &mut processes)?;
            processes.sort_by(by_memory);
            visit.gpu.processes = processes;
            visit.gpu.unavailable.remove(&Metric::Processes);
        }
        Err(reason) => {
            visit.gpu.processes.clear();
            visit.gpu.unavailable.insert(Metric::Processes, reason);
        }
    }
    Ok(())
}

/// Of a split GPU, its parts can tell what the whole does not: a container may be given
/// some of them only.
fn entries(visit: &mut Visit<'_>, list: List) -> Result<Reading<Vec<LongEntry>>, Stop> {
    match of_the_whole(visit, list)? {
        Err(Reason::NotSupported | Reason::NoPermission) if !visit.notes.places.is_empty() => {
            Ok(of_its_parts(visit, list))
        }
        entries => Ok(entries),
    }
}

fn of_its_parts(visit: &mut Visit<'_>, list: List) -> Reading<Vec<LongEntry>> {
    let past = visit.notes.lists.of(list);
    if let Some(reason) = past.refused_by_parts
        && !visit.link_due
    {
        return Err(reason);
    }
    let mut entries = Err(Reason::NotSupported);
    for place in &visit.notes.places {
        let device = place.handle.device(visit.device.nvml());
        let own = settle(raw::processes(&device, list, visit.long_entries, &mut past.room));
        // A handle may have gone stale: that says nothing of the GPU.
        match own.unwrap_or(Err(Reason::Error)) {
            Ok(mut own) => {
                for entry in own.iter_mut().filter(|entry| entry.gpu_instance == NO_INSTANCE) {
                    entry.gpu_instance = place.gpu_instance.unwrap_or(NO_INSTANCE);
                    entry.compute_instance = place.compute_instance.unwrap_or(NO_INSTANCE);
                }
                entries = Ok([entries.unwrap_or_default(), own].concat());
            }
            Err(reason @ (Reason::NotSupported | Reason::NoPermission)) => {
                entries = entries.map_err(|_| reason);
            }
            Err(reason) => return Err(reason),
        }
    }
    past.refused_by_parts = entries.as_ref().err().copied();
    entries
}

fn of_the_whole(visit: &mut Visit<'_>, list: List) -> Result<Reading<Vec<LongEntry>>, Stop> {
    let past = visit.notes.lists.of(list);
    if let Some(reason) = past.refused
        && !visit.slow_due
    {
        return Ok(Err(reason));
    }
    let entries = settle(raw::processes(&visit.device, list, visit.long_entries, &mut past.room))?;
    past.used = entries.as_ref().is_ok_and(|entries| !entries.is_empty());
    past.refused = match entries {
        Err(reason @ (Reason::NotSupported | Reason::NoPermission)) => Some(reason),
        _ => None,
    };
    Ok(entries)
}

/// The lists as one: each process once. A list that the device lacks is no loss
/// while there is another; one that failed is, since nobody can say who was in it.
fn merged(lists: [(Reading<Vec<LongEntry>>, ProcessKind); 3]) -> Reading<Vec<Process>> {
    let mut processes: Vec<Process> = Vec::new();
    let mut any = false;
    for (place, (list, kind)) in lists.into_iter().enumerate() {
        let entries = match list {
            Ok(entries) => entries,
            Err(Reason::NotSupported) => continue,
            // The third is MPS, of which few know.
            Err(_) if place == 2 => continue,
            Err(reason) => return Err(reason),
        };
        any |= place < 2;
        // Some drivers list a process 0, which is none.
        for entry in entries.iter().filter(|entry| entry.pid != 0) {
            add(&mut processes, entry, kind);
        }
    }
    if any { Ok(processes) } else { Err(Reason::NotSupported) }
}

/// The driver tells the same memory in each list that a process is in, or none in
/// one of them: the larger is the process's, not their sum.
fn add(processes: &mut Vec<Process>, entry: &LongEntry, kind: ProcessKind) {
    let gpu_instance = (entry.gpu_instance != NO_INSTANCE).then_some(entry.gpu_instance);
    let compute_instance = (entry.compute_instance != NO_INSTANCE).then_some(entry.compute_instance);
    let memory = (entry.memory != NO_MEMORY).then(|| mib(entry.memory)).ok_or(Reason::NotSupported);
    let known = processes.iter_mut().find(|p| p.pid == entry.pid && p.gpu_instance == gpu_instance);
    let process = if let Some(process) = known {
        process.kind = process.kind.map(|other| other.and(kind));
        process
    } else {
        let process = processes.push_mut(Process {
            pid: entry.pid,
            kind: Some(kind),
            gpu_instance,
            compute_instance,
            ..Process::default()
        });
        // The operating system's to tell.
        for metric in [ProcessMetric::Name, ProcessMetric::Command, ProcessMetric::User] {
            process.unavailable.insert(metric, Reason::NotReported);
        }
        process
    };
    let memory = match (process.used_memory, memory) {
        (Some(one), Ok(other)) => Ok(one.max(other)),
        (Some(memory), Err(_)) => Ok(memory),
        (None, memory) => memory,
    };
    process.set(ProcessMetric::UsedMemory, |process| &mut process.used_memory, memory);
}

/// Most memory first; who does not tell comes last.
fn by_memory(one: &Process, other: &Process) -> Ordering {
    let memory = |process: &Process| process.used_memory.unwrap_or(-1.0);
    memory(other).total_cmp(&memory(one)).then(one.pid.cmp(&other.pid))
}
