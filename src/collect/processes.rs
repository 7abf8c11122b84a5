//! Names, commands, users and containers of the processes on the GPUs, from `/proc`.

mod cgroup;
mod entry;
pub(super) mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
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
    /// Why a process that the driver lists may have no entry.
    absent: Reason,
}

struct Known {
    /// `None` where it could not be looked at.
    identity: Option<Identity>,
    looked: Instant,
    read: Instant,
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
        Self::at(PathBuf::from("/proc"), absent)
    }

    fn at(proc: PathBuf, absent: Reason) -> Self {
        Self { proc, known: BTreeMap::new(), users: UsersCache::new(), absent }
    }

    /// Fills in name, command, user and container of each process at `now`, or why they are
    /// missing.
    pub fn fill(&mut self, gpus: &mut [Gpu], now: Instant) {
        let pids: BTreeSet<u32> = gpus.iter().flat_map(|gpu| &gpu.processes).map(|p| p.pid).collect();
        self.known.retain(|pid, _| pids.contains(pid));
        // Once per process, however many GPUs it is on.
        for pid in pids {
            self.look(pid, now);
        }
        for process in gpus.iter_mut().flat_map(|gpu| &mut gpu.processes) {
            match self.known.get(&process.pid).map(|known| &known.details) {
                // Another process that has this number in here.
                Some(details) if self.absent == Reason::NeedsHostPid && details.contradicts(process) => {
                    Details::none(self.absent).describe(process);
                }
                Some(details) => details.describe(process),
                None => {}
            }
        }
    }

    /// Sees to it that what is known of a process is of now.
    fn look(&mut self, pid: u32, now: Instant) {
        let age = |then: Instant| now.saturating_duration_since(then);
        let folder = self.proc.join(pid.to_string());
        if let Some(known) = self.known.get(&pid)
            && known.identity.is_some()
            && age(known.looked) < SAME_FOR
            && age(known.read) < BELIEVED_FOR
            && folder.exists()
        {
            return;
        }
        let (identity, details) = match entry::identity(&folder) {
            Ok(identity) => {
                if let Some(known) = self.known.get_mut(&pid)
                    && known.identity.as_ref() == Some(&identity)
                    && age(known.read) < BELIEVED_FOR
                {
                    known.looked = now;
                    return;
                }
                let details = self.details(&folder, &identity);
                (Some(identity), details)
            }
            Err(error) => (None, Details::none(entry::reason(&error, self.absent))),
        };
        self.known.insert(pid, Known { identity, looked: now, read: now, details });
    }

    fn details(&self, folder: &Path, identity: &Identity) -> Details {
        let arguments = entry::arguments(folder).map_err(|error| entry::reason(&error, self.absent));
        let uid = entry::owner(folder).map_err(|error| entry::reason(&error, self.absent));
        Details {
            name: Ok(text::name(arguments.as_deref().unwrap_or_default(), &identity.name)),
            command: arguments.and_then(|arguments| text::command(&arguments).ok_or(Reason::NotReported)),
            user: uid.map(|uid| self.user(uid)),
            container: entry::cgroup(folder).ok().as_deref().and_then(cgroup::container),
        }
    }

    fn user(&self, uid: u32) -> String {
        self.users
            .get_user_by_uid(uid)
            .map_or_else(|| uid.to_string(), |user| text::printable(&user.name().to_string_lossy()))
    }
}

impl Details {
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
