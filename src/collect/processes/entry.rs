//! One process's folder in `/proc`.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use crate::telemetry::Reason;

/// What a process is known again by: a PID may come to stand for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The kernel's short name, which changes when a process becomes another program.
    pub(super) name: String,
    /// Clock ticks from boot to start.
    started: u64,
}

/// Most that is read of a text whose length is anybody's to choose.
const MOST_BYTES: u64 = 8192;

/// More than the line of a process ever takes: a name of 64 bytes and fifty numbers.
const LONGEST_LINE: usize = 2048;

pub(super) fn identity(folder: &Path) -> io::Result<Identity> {
    // One read: the kernel writes the line at once, and asking for its end would have it
    // written again.
    let mut line = [0; LONGEST_LINE];
    let length = File::open(folder.join("stat"))?.read(&mut line)?;
    parse(&String::from_utf8_lossy(&line[..length])).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// `pid (name) state …`, where the name may hold anything, parentheses included.
fn parse(stat: &str) -> Option<Identity> {
    let (head, tail) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    // The 22nd field; the third is the first behind the name.
    let started = tail.split_whitespace().nth(19)?.parse().ok()?;
    Some(Identity { name: name.into(), started })
}

/// The arguments, the program's own name first; none of kernel threads and zombies.
pub(super) fn arguments(folder: &Path) -> io::Result<Vec<String>> {
    let mut bytes = Vec::new();
    File::open(folder.join("cmdline"))?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    let text = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(text.split(|byte| *byte == 0).map(|argument| String::from_utf8_lossy(argument).into_owned()).collect())
}

/// The names of its control groups.
pub(super) fn cgroup(folder: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(folder.join("cgroup"))?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The real user. The folder's own owner is root's for some processes of others.
pub(super) fn owner(folder: &Path) -> io::Result<u32> {
    let status = fs::read(folder.join("status"))?;
    let status = String::from_utf8_lossy(&status);
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    line.and_then(|ids| ids.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
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
