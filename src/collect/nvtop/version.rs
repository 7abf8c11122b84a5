//! Which nvtop it is, and so what it can do.

use std::{
    fmt,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::failure::Failure;
use crate::collect::child::{Child, until_the_end};

/// How long it may take to say. It asks no GPU for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Major, minor, patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u32, pub(super) u32, pub(super) u32);

impl Version {
    /// The first with `--snapshot`.
    pub(super) const SNAPSHOT: Self = Self(3, 2, 0);
    /// The first with `--loop`, and with processes in its listings.
    const LOOP: Self = Self(3, 3, 2);
    /// Tells another size of NVIDIA memory than there is.
    const WRONG_MEMORY: Self = Self(3, 3, 0);

    pub(super) fn loops(self) -> bool {
        self >= Self::LOOP
    }

    pub(super) fn has_wrong_nvidia_memory(self) -> bool {
        self == Self::WRONG_MEMORY
    }

    /// From `nvtop version 3.3.2`; distributions may add something of their own.
    pub(super) fn parse(said: &str) -> Option<Self> {
        let text = said.trim().strip_prefix("nvtop version ")?;
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let mut parts = text[..end].trim_end_matches('.').split('.');
        let major = parts.next()?.parse().ok()?;
        let mut part = || parts.next().map_or(Some(0), |digits| digits.parse().ok());
        Some(Self(major, part()?, part()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Asks it. Only a version that can list GPUs is an answer.
pub(super) fn ask(program: &Path) -> Result<Version, Failure> {
    let mut child = Child::start(program, &["-v"], until_the_end).map_err(Failure::Start)?;
    let start = Instant::now();
    child.wait(PATIENCE);
    let exit = loop {
        if let Some(exit) = child.exit() {
            break exit;
        }
        if child.is_too_long() {
            return Err(Failure::NoVersion(child.said()));
        }
        if start.elapsed() > PATIENCE {
            return Err(Failure::Silent(PATIENCE.as_secs(), child.said()));
        }
        thread::sleep(Duration::from_millis(2));
    };
    if !exit.status.success() {
        return Err(Failure::Ended(exit));
    }
    let version = exit.said().lines().find_map(Version::parse);
    let version = version.ok_or_else(|| Failure::NoVersion(exit.said()))?;
    if version < Version::SNAPSHOT { Err(Failure::TooOld(version)) } else { Ok(version) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        for (text, version) in [
            ("nvtop version 3.3.2", Some(Version(3, 3, 2))),
            ("nvtop version 3.3", Some(Version(3, 3, 0))),
            ("  nvtop version 3.2.0-1-gabcdef\n", Some(Version(3, 2, 0))),
            ("nvtop version 10.0.1+git", Some(Version(10, 0, 1))),
            ("nvtop version 3..1", None),
            ("nvtop version new", None),
            ("nvtop version 99999999999.0.0", None),
            ("nvitop 1.4.0", None),
            ("", None),
        ] {
            assert_eq!(Version::parse(text), version, "{text}");
        }
        assert!(Version(3, 10, 0) > Version::LOOP && Version(3, 3, 1) < Version::LOOP);
        assert_eq!(Version(3, 1, 0).to_string(), "3.1.0");
    }
}
