//! Names, commands, users and containers of the processes on the GPUs, from `/proc`.

pub(super) mod cgroup;
pub(super) mod entry;
pub(super) mod text;

use std::{
    collections::BTreeMap,
    fs, mem,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use uzers::{Users, UsersCache};

use self::entry::Identity;
use super::{container, source::Reading};
use crate::telemetry::{Gpu, Process, ProcessMetric, Reason};

/// How long a command line is believed. Programs may rewrite theirs, and one that
/// replaces itself with another of the same name shows no other sign of it.
const BELIEVED_FOR: Duration = Duration::from_secs(10);

/// How long it is believed that a process is the one it was: its number goes to another one
/// only after all others have been given out, and that it became another program may wait.
const SAME_FOR: Duration = Duration::from_millis(4900);

/// What the operating system knows of processes that use a GPU.
///
/// It looks at those processes alone, and as long as they stay the same reads one
/// line of each every five seconds; between that, only whether it is there.
pub struct Processes {
    proc: PathBuf,
    known: BTreeMap<u32, Known>,
    users: UsersCache,
    /// Whether a process is there, by its number or its folder.
    there: fn(u32, &Path) -> bool,
    /// Why a process that the driver lists may have no entry.
    absent: Reason,
    /// Whether secrets in command lines are masked.
    masks: bool,
}

struct Known {
    /// Kept: it is looked for at each sample.
    folder: PathBuf,
    /// In the sample at hand.
    listed: bool,
    /// `None` where it could not be looked at.
    identity: Option<Identity>,
    looked: Instant,
    read: Instant,
    /// When it was first seen.
    seen: Instant,
    details: Details,
}

/// What the page shows of a process.
#[derive(Debug)]
struct Details {
    name: Reading<String>,
    command: Reading<String>,
    user: Reading<String>,
    container: Option<String>,
}

impl std::fmt::Debug for Processes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Processes").field("known", &self.known.keys()).finish_non_exhaustive()
    }
}

impl Default for Processes {
    fn default() -> Self {
        Self::new()
    }
}

impl Processes {
    /// With nothing known yet.
    #[must_use]
    pub fn new() -> Self {
        let hidden =
            fs::read_to_string("/proc/self/mounts").is_ok_and(|mounts| text::hides_processes(&mounts));
        let absent = if !container::has_host_pids() {
            Reason::NeedsHostPid
        } else if hidden {
            Reason::NoPermission
        } else {
            // It was listed, so it has just ended.
            Reason::Error
        };
        Self { there: is_there, ..Self::at(PathBuf::from("/proc"), absent) }
    }

    fn at(proc: PathBuf, absent: Reason) -> Self {
        let there = |_, folder: &Path| folder.exists();
        Self { proc, known: BTreeMap::new(), users: UsersCache::new(), there, absent, masks: true }
    }

    /// Masks secrets in command lines, or does not.
    #[must_use]
    pub(super) fn masking(self, masks: bool) -> Self {
        Self { masks, ..self }
    }

    /// Fills in name, command, user and container of each process at `now`, or why they are
    /// missing.
    pub fn fill(&mut self, gpus: &mut [Gpu], now: Instant) {
        let Self { proc, known, users, there, absent, masks } = self;
        for known in known.values_mut() {
            known.listed = false;
        }
        for process in gpus.iter_mut().flat_map(|gpu| &mut gpu.processes) {
            let known = known.entry(process.pid).or_insert_with(|| Known::new(proc, process.pid, now));
            // Once per process, however many GPUs it is on.
            if !mem::replace(&mut known.listed, true) {
                let there = |folder: &Path| there(process.pid, folder);
                known.look(there, users, *absent, *masks, now);
            }
            // Another process that has this number in here.
            if *absent == Reason::NeedsHostPid && known.details.contradicts(process) {
                Details::none(*absent).describe(process);
            } else {
                known.details.describe(process);
            }
        }
        known.retain(|_, known| known.listed);
    }
}

impl Known {
    /// One of which nothing is known yet.
    fn new(proc: &Path, pid: u32, now: Instant) -> Self {
        let folder = proc.join(pid.to_string());
        let details = Details::none(Reason::Error);
        Self { folder, listed: false, identity: None, looked: now, read: now, seen: now, details }
    }

    /// Sees to it that what is known of the process is of now.
    fn look(
        &mut self,
        there: impl Fn(&Path) -> bool,
        users: &UsersCache,
        absent: Reason,
        masks: bool,
        now: Instant,
    ) {
        let age = |then: Instant| now.saturating_duration_since(then);
        // One that has just begun may not have its command line yet, and is read again
        // the next time.
        let long = if self.details.command.is_ok() { BELIEVED_FOR } else { age(self.seen).min(BELIEVED_FOR) };
        let believed = self.identity.is_some() && age(self.read) < long;
        if believed && age(self.looked) < SAME_FOR && there(&self.folder) {
            return;
        }
        self.looked = now;
        let (identity, details) = match entry::identity(&self.folder) {
            Ok(identity) if believed && self.identity.as_ref() == Some(&identity) => return,
            Ok(identity) => {
                let details = Details::of(&self.folder, &identity, users, absent, masks);
                (Some(identity), details)
            }
            Err(error) => (None, Details::none(entry::reason(&error, absent))),
        };
        (self.read, self.identity, self.details) = (now, identity, details);
    }
}

impl Details {
    fn of(folder: &Path, identity: &Identity, users: &UsersCache, absent: Reason, masks: bool) -> Self {
        let arguments = entry::arguments(folder).map_err(|error| entry::reason(&error, absent));
        let uid = entry::owner(folder).map_err(|error| entry::reason(&error, absent));
        let name = text::name(arguments.as_deref().unwrap_or_default(), &identity.name);
        Self {
            name: name
                .map(|name| if masks { text::masked_name(name) } else { name })
                .ok_or(Reason::NotReported),
            command: arguments
                .and_then(|arguments| text::command(&arguments, masks).ok_or(Reason::NotReported)),
            user: uid.map(|uid| user(users, uid)),
            container: entry::cgroup(folder).ok().as_deref().and_then(cgroup::container),
        }
    }

    fn none(reason: Reason) -> Self {
        Self { name: Err(reason), command: Err(reason), user: Err(reason), container: None }
    }

    /// Whether the source names another program. What it tells may be shortened.
    fn contradicts(&self, process: &Process) -> bool {
        let file = |name: &str| name.rsplit('/').next().unwrap_or(name).trim().to_owned();
        match (&self.name, &process.name) {
            (Ok(ours), Some(theirs)) => {
                let (ours, theirs) = (file(ours), file(theirs));
                !ours.starts_with(&theirs) && !theirs.starts_with(&ours)
            }
            _ => false,
        }
    }

    /// Where the operating system does not know, what the source said stays.
    fn describe(&self, process: &mut Process) {
        process.container = self.container.clone().or_else(|| process.container.take());
        complete(process, ProcessMetric::Name, |process| &mut process.name, &self.name);
        complete(process, ProcessMetric::Command, |process| &mut process.command, &self.command);
        complete(process, ProcessMetric::User, |process| &mut process.user, &self.user);
    }
}

/// Whether the kernel knows a process of this number. Where that is no process in `/proc`, as in
/// a namespace of its own, the folder is looked into at once; and what may not be asked counts as
/// there, until it is. To look for the folder takes twenty times as long, and a signal of no kind
/// is forbidden to containers, which fills the kernel's log.
#[cfg(unix)]
fn is_there(pid: u32, _: &Path) -> bool {
    use rustix::{
        io::Errno,
        process::{Pid, getpriority_process},
    };
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| getpriority_process(Some(pid)) != Err(Errno::SRCH))
}

#[cfg(not(unix))]
fn is_there(_: u32, folder: &Path) -> bool {
    folder.exists()
}

fn user(users: &UsersCache, uid: u32) -> String {
    users
        .get_user_by_uid(uid)
        .map_or_else(|| uid.to_string(), |user| text::printable(&user.name().to_string_lossy()))
}

/// Stores what says more than the source did, which may know a value or a better reason.
fn complete(
    process: &mut Process,
    metric: ProcessMetric,
    slot: fn(&mut Process) -> &mut Option<String>,
    reading: &Reading<String>,
) {
    let known = slot(process).is_some();
    let reason = process.unavailable.get(&metric);
    if reading.is_ok() || (!known && reason.is_none_or(|reason| *reason == Reason::NotReported)) {
        process.set(metric, slot, reading.clone());
    }
}

#[cfg(test)]
mod tests;
