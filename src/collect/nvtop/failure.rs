//! Why nvtop gives nothing, and what to do about it.

use std::{io, os::unix::process::ExitStatusExt};

use super::{Malformed, framing, version::Version};
use crate::collect::{
    child::{Exit, Said},
    source::SourceError,
};

const UPDATE: &str =
    "Install a newer nvtop, 3.3.2 or later if there is one: it costs least and lists processes.";
const SEGMENTATION_FAULT: i32 = 11;
/// What a shell makes of it.
const SEGMENTATION_FAULT_CODE: i32 = 139;
const BY_HAND: &str = "Run `nvtop -s` by hand and see what it says.";

/// Of what goes on and on.
pub(super) const TOO_LONG: Malformed = Malformed("is too long for a listing of GPUs");

/// What nvtop did instead of printing listings.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started.
    Start(io::Error),
    /// It prints no listings.
    TooOld(Version),
    /// It says something else where its version is asked for.
    NoVersion(Said),
    Ended(Exit),
    /// It has printed nothing for this many seconds.
    Silent(u64, Said),
    /// It prints something else.
    Malformed(Malformed),
}

/// There is none.
pub(super) fn not_found() -> SourceError {
    SourceError::absent(
        "nvtop is not installed, or not in PATH",
        "Install nvtop 3.2.0 or newer: it lists the GPUs of AMD, Intel and others.",
    )
}

/// It says that there is no GPU: all is well, and there is nothing to list.
pub(super) fn no_gpu(exit: &Exit) -> bool {
    exit.status.success()
        && exit.said().lines().any(|line| line.starts_with("No GPU ") && line.ends_with("to monitor."))
}

/// It ended by itself and without a word: after a listing, with nothing to add.
pub(super) fn said_nothing(exit: &Exit) -> bool {
    exit.status.code().is_some_and(|code| code != SEGMENTATION_FAULT_CODE)
        && exit.said().lines().next().is_none()
}

impl Failure {
    /// One that ended without a listing; what is wrong with what it printed, where
    /// that tells more.
    pub(super) fn ended(exit: Exit) -> Self {
        if exit.too_long {
            Self::Malformed(TOO_LONG)
        } else if exit.status.success() && framing::begins(&exit.out) {
            Self::Malformed(Malformed("ends too early"))
        } else {
            Self::Ended(exit)
        }
    }

    pub(super) fn explain(&self) -> SourceError {
        let needed = Version::SNAPSHOT;
        match self {
            Self::Start(cause) => not_started(cause),
            Self::TooOld(found) => {
                error(format!("nvtop {found} is too old: snapshots need {needed} or newer"), UPDATE)
            }
            Self::NoVersion(said) => {
                let other = if said.lines().next().is_some() { "something else" } else { "nothing" };
                let found = last(said).map_or(other.to_owned(), |line| format!("\"{line}\""));
                error(
                    format!("nvtop does not tell its version but {found}: snapshots need {needed} or newer"),
                    UPDATE,
                )
            }
            Self::Malformed(Malformed(how)) => error(format!("What nvtop prints {how}"), BY_HAND),
            Self::Silent(seconds, said) => {
                let how =
                    if said.lines().next().is_some() { "printed no whole listing" } else { "not answered" };
                let said = last(said).map_or(String::new(), |line| format!(": {line}"));
                error(
                    format!("nvtop has {how} for {seconds} s{said}"),
                    "A driver may hang: see `dmesg`, and whether `nvtop -s` by hand answers.",
                )
            }
            Self::Ended(exit) => ended(exit),
        }
    }
}

fn not_started(cause: &io::Error) -> SourceError {
    match cause.kind() {
        io::ErrorKind::NotFound => not_found(),
        io::ErrorKind::PermissionDenied => error("nvtop may not be executed", "Check its permissions."),
        io::ErrorKind::ResourceBusy => {
            error(format!("nvtop is not started: {cause}"), "See `dmesg`; a reboot may be needed.")
        }
        _ => error(format!("nvtop cannot be started: {cause}"), ""),
    }
}

fn ended(exit: &Exit) -> SourceError {
    match (exit.status.signal(), exit.status.code()) {
        (Some(SEGMENTATION_FAULT), _) | (_, Some(SEGMENTATION_FAULT_CODE)) => error(
            "nvtop crashed (signal 11)",
            "nvtop 3.3.2 does so at a process whose command line it cannot read: install a newer one.",
        ),
        (Some(signal), _) => error(format!("nvtop was killed by signal {signal}"), ""),
        (None, Some(0)) if !exit.out.is_empty() => {
            let said = last(&exit.said()).map_or(String::new(), |last| format!(": {last}"));
            error(format!("nvtop prints no listing of GPUs{said}"), BY_HAND)
        }
        (None, code) => {
            let code = code.unwrap_or_default();
            match last(&exit.said()) {
                Some(last) => error(format!("nvtop ended with code {code}: {last}"), ""),
                None => error(format!("nvtop ended with code {code} and said nothing"), ""),
            }
        }
    }
}

/// The last that it said, and that is not part of a listing.
fn last(said: &Said) -> Option<String> {
    let part = |line: &&str| !line.starts_with(['[', ']', '{', '}', '"']);
    said.lines().rfind(part).map(|line| line.chars().take(300).collect())
}

fn error(reason: impl Into<String>, hint: &str) -> SourceError {
    SourceError::new(reason, hint)
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    fn exit(status: i32, out: &str) -> Exit {
        Exit { status: ExitStatus::from_raw(status), out: out.into(), err: Vec::new(), too_long: false }
    }

    #[test]
    fn failures_are_explained() {
        for (failure, wanted) in [
            (Failure::TooOld(Version(3, 1, 0)), "nvtop 3.1.0 is too old: snapshots need 3.2.0 or newer"),
            (Failure::Silent(7, Said::default()), "nvtop has not answered for 7 s"),
            (Failure::Malformed(Malformed("is no JSON")), "What nvtop prints is no JSON"),
            (Failure::Ended(exit(11, "[\n  {\n")), "nvtop crashed (signal 11)"),
            (Failure::Ended(exit(139 << 8, "[\n")), "nvtop crashed (signal 11)"),
            (Failure::ended(exit(0, "odd\n[\n  {\n")), "What nvtop prints ends too early"),
            (Failure::ended(exit(0, "{\n  hello\n")), "nvtop prints no listing of GPUs: hello"),
            (Failure::ended(exit(0, "")), "nvtop ended with code 0 and said nothing"),
            (
                Failure::ended(Exit { too_long: true, ..exit(0, "[") }),
                "What nvtop prints is too long for a listing of GPUs",
            ),
            (Failure::Ended(exit(9, "")), "nvtop was killed by signal 9"),
            (Failure::Ended(exit(1 << 8, "[\n  {\n   \"temp\"")), "nvtop ended with code 1 and said nothing"),
            (Failure::Ended(exit(1 << 8, "odd\u{1b}[1m\n")), "nvtop ended with code 1: odd[1m"),
            (Failure::Start(io::ErrorKind::PermissionDenied.into()), "nvtop may not be executed"),
        ] {
            assert_eq!(failure.explain().reason, wanted);
        }
        assert_eq!(Failure::Start(io::ErrorKind::NotFound.into()).explain(), not_found());
        assert!(not_found().absent);
        assert!(Failure::NoVersion(exit(0, "[\n]\n").said()).explain().reason.contains("but something else"));
        assert!(Failure::NoVersion(exit(0, "nvitop 1.4").said()).explain().reason.contains("\"nvitop 1.4\""));
    }

    #[test]
    fn no_gpu_is_no_failure() {
        assert!(no_gpu(&exit(0, "No GPU to monitor.\n")));
        assert!(no_gpu(&exit(0, "No GPU left to monitor.\n")));
        assert!(!no_gpu(&exit(1 << 8, "No GPU to monitor.\n")));
        assert!(!no_gpu(&exit(0, "   \"device_name\": \"No GPU to monitor.\"\n")));
    }
}
