//! One process's folder in `/proc`.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::telemetry::Reason;

/// What a process is known again by: a PID may come to stand for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::collect) struct Identity {
    /// The kernel's short name, which changes when a process becomes another program.
    pub(in crate::collect) name: String,
    /// Clock ticks from boot to start.
    started: u64,
}

/// Most that is read of a file: more than the kernel's own take, and enough of what is anybody's
/// to choose.
const MOST_BYTES: usize = 8192;

/// Reads a file at once: the kernel writes it as a whole, and asking for its end would have it
/// written again.
fn read<T>(folder: &Path, file: &str, take: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
    let mut bytes = [0; MOST_BYTES];
    let length = File::open(folder.join(file))?.read(&mut bytes)?;
    Ok(take(&bytes[..length]))
}

pub(super) fn identity(folder: &Path) -> io::Result<Identity> {
    let identity = read(folder, "stat", |line| parse(&String::from_utf8_lossy(line)))?;
    identity.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// `pid (name) state …`, where the name may hold anything, parentheses included.
pub(in crate::collect) fn parse(stat: &str) -> Option<Identity> {
    let (head, tail) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    // The 22nd field; the third is the first behind the name.
    let started = tail.split_whitespace().nth(19)?.parse().ok()?;
    Some(Identity { name: name.into(), started })
}

/// The arguments, the program's own name first; none of kernel threads and zombies.
pub(super) fn arguments(folder: &Path) -> io::Result<Vec<String>> {
    read(folder, "cmdline", split)
}

/// Arguments end with a zero each.
pub(in crate::collect) fn split(arguments: &[u8]) -> Vec<String> {
    let text = arguments.strip_suffix(b"\0").unwrap_or(arguments);
    if text.is_empty() {
        return Vec::new();
    }
    text.split(|byte| *byte == 0).map(|argument| String::from_utf8_lossy(argument).into_owned()).collect()
}

/// The names of its control groups.
pub(super) fn cgroup(folder: &Path) -> io::Result<String> {
    read(folder, "cgroup", |names| String::from_utf8_lossy(names).into_owned())
}

/// The real user. The folder's own owner is root's for some processes of others.
pub(super) fn owner(folder: &Path) -> io::Result<u32> {
    let uid = read(folder, "status", |status| real_user(&String::from_utf8_lossy(status)))?;
    uid.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The first of the four on the line `Uid:`.
pub(in crate::collect) fn real_user(status: &str) -> Option<u32> {
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    ids.split_whitespace().next()?.parse().ok()
}

/// Why a process could not be looked at.
pub(super) fn reason(error: &io::Error, absent: Reason) -> Reason {
    match error.kind() {
        io::ErrorKind::NotFound => absent,
        io::ErrorKind::PermissionDenied => Reason::NoPermission,
        // It ended between two reads (`ESRCH`), or the kernel failed.
        _ => Reason::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let tail = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 8675309 20";
        for name in ["python3", "a b", "x) S 1 (y", "", "(("] {
            let identity = parse(&format!("42 ({name}) {tail}"));
            assert_eq!(identity, Some(Identity { name: name.into(), started: 8_675_309 }), "{name}");
        }
        assert_eq!(parse("42 (short) S 1"), None);
        assert_eq!(parse("nonsense"), None);
    }
}
