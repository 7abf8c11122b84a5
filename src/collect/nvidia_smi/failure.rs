//! Why nvidia-smi gives nothing, and what to do about it.

use std::{io, os::unix::process::ExitStatusExt};

use super::{Malformed, framing};
use crate::collect::{
    child::{Exit, Said},
    container,
    source::SourceError,
};

const INSTALL: &str = "Install the NVIDIA driver with its tools; in a container start it with `--gpus all` and \
    `NVIDIA_DRIVER_CAPABILITIES=utility`.";
const LOAD: &str =
    "Load it with `modprobe nvidia`, on the host if this is a container, and see `dmesg` if that fails.";

const BY_HAND: &str = "Run `nvidia-smi -q -x` by hand and see what it says.";

/// What a child did instead of printing listings.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started.
    Start(io::Error),
    Ended(Exit),
    /// It has printed nothing for this many seconds.
    Silent(u64, Said),
    /// It prints something else.
    Malformed(Malformed),
}

/// Of what goes on and on.
pub(super) const TOO_LONG: Malformed = Malformed("is too long for a listing of GPUs");

/// There is none.
pub(super) fn not_found() -> SourceError {
    SourceError::absent("nvidia-smi is not installed, or not in PATH", INSTALL)
}

impl Failure {
    /// The line that says that one GPU keeps it from listing the others.
    pub(super) fn handle_refused(&self) -> Option<String> {
        const REFUSED: &str = "Unable to determine the device handle for";
        self.said()?.lines().find(|line| line.contains(REFUSED)).map(str::to_owned)
    }

    /// It says that there is no GPU (any more).
    pub(super) fn no_gpu(&self) -> bool {
        let Self::Ended(exit) = self else { return false };
        exit.status.code() == Some(6)
            || exit.said().lines().any(|line| line.contains("No devices were found"))
    }

    /// It ended as it does when all was said: with a listing, or with a listing
    /// and a warning about a GPU's inforom.
    pub(super) fn said_all(&self) -> bool {
        matches!(self, Self::Ended(exit) if matches!(exit.status.code(), Some(0 | 14)))
    }

    /// It ended by itself and without a word: after a listing, with nothing to add.
    pub(super) fn said_nothing(&self) -> bool {
        matches!(self, Self::Ended(exit) if exit.status.code().is_some() && exit.said().lines().next().is_none())
    }

    /// What is wrong with what it printed, where that tells more than how it ended.
    pub(super) fn told(self) -> Self {
        match self {
            Self::Ended(exit) if exit.too_long => Self::Malformed(TOO_LONG),
            Self::Ended(exit) if exit.status.success() && framing::begins(&exit.out) => {
                Self::Malformed(Malformed("ends too early"))
            }
            other => other,
        }
    }

    fn said(&self) -> Option<Said> {
        match self {
            Self::Ended(exit) => Some(exit.said()),
            Self::Silent(_, said) => Some(said.clone()),
            Self::Start(_) | Self::Malformed(_) => None,
        }
    }

    pub(super) fn explain(&self) -> SourceError {
        let said: Vec<String> = self
            .said()
            .iter()
            .flat_map(Said::lines)
            // Not the half of a listing.
            .filter(|line| !line.starts_with('<'))
            .map(|line| line.chars().take(300).collect())
            .collect();
        if let Some(known) = known(&said) {
            return known;
        }
        match self {
            Self::Start(cause) => not_started(cause),
            Self::Malformed(Malformed(how)) => error(format!("What nvidia-smi prints {how}"), BY_HAND),
            Self::Silent(seconds, said) if said.lines().next().is_some() => {
                error(format!("nvidia-smi has printed no whole listing for {seconds} s"), BY_HAND)
            }
            Self::Silent(seconds, _) => error(
                format!("nvidia-smi has not answered for {seconds} s"),
                "The driver may hang: see `dmesg` for lines with NVRM or Xid.",
            ),
            Self::Ended(exit) => ended(exit, said.last().map(String::as_str)),
        }
    }
}

fn known(said: &[String]) -> Option<SourceError> {
    let line = |words: &str| said.iter().find(|line| line.contains(words));
    if line("couldn't communicate with the NVIDIA driver").is_some() {
        return Some(error("The NVIDIA driver is not loaded", LOAD));
    }
    if line("couldn't find libnvidia-ml").is_some() {
        return Some(error("nvidia-smi does not find the driver's library libnvidia-ml.so", INSTALL));
    }
    if line("No devices were found").is_some() {
        return Some(error(
            "nvidia-smi finds no GPU",
            "See whether `lspci` lists one and `dmesg` says why the driver does not take it; a container needs `--gpus all`.",
        ));
    }
    if line("version mismatch").is_some() {
        let library = line("NVML library version").map_or(String::new(), |line| format!(" ({line})"));
        return Some(error(
            format!("The NVIDIA driver and its library have different versions{library}"),
            "Reboot, or reload the nvidia kernel modules; afterwards restart containers.",
        ));
    }
    if line("Failed to initialize NVML: Unknown Error").is_some() {
        let hint = if container::is_one() {
            "Restart the container: it has lost its access to the GPU devices."
        } else {
            "Look for lines with NVRM in `dmesg`; reloading the driver or a reboot may help."
        };
        return Some(error("The NVIDIA driver failed with an unknown error", hint));
    }
    if line("Insufficient Permissions").is_some() {
        return Some(no_permission());
    }
    if let Some(line) =
        line("Failed to initialize NVML").or_else(|| line("Unable to determine the device handle"))
    {
        return Some(error(line.clone(), "See `dmesg` for lines with NVRM or Xid."));
    }
    let line = line("is not a valid field").or_else(|| line("Invalid combination of input arguments"))?;
    Some(error(format!("nvidia-smi refuses what it is asked: {line}"), "Update the NVIDIA driver."))
}

fn not_started(cause: &io::Error) -> SourceError {
    match cause.kind() {
        io::ErrorKind::NotFound => not_found(),
        io::ErrorKind::PermissionDenied => error("nvidia-smi may not be executed", "Check its permissions."),
        io::ErrorKind::ResourceBusy => error(
            format!("nvidia-smi is not started: {cause}"),
            "See `dmesg` for lines with NVRM or Xid; a reboot may be needed.",
        ),
        _ => error(format!("nvidia-smi cannot be started: {cause}"), ""),
    }
}

/// The codes are those of the driver's library, and nvidia-smi(1) lists them.
fn ended(exit: &Exit, last: Option<&str>) -> SourceError {
    let Some(code) = exit.status.code() else {
        let signal = exit.status.signal().unwrap_or_default();
        return error(format!("nvidia-smi was killed by signal {signal}"), "");
    };
    match code {
        0 if !exit.out.is_empty() => {
            let last = last.map_or(String::new(), |last| format!(": {last}"));
            error(format!("nvidia-smi prints no listing of GPUs{last}"), BY_HAND)
        }
        4 => no_permission(),
        8 => error(
            "The external power cables of a GPU are not attached properly",
            "Attach them; nvidia-smi reads no GPU before that.",
        ),
        9 => error("The NVIDIA driver is not loaded", LOAD),
        10 => error("The kernel reports an interrupt problem with a GPU", "See `dmesg`."),
        12 => error("nvidia-smi does not find the driver's library libnvidia-ml.so", INSTALL),
        13 => error("The driver's library is older than nvidia-smi", "Reinstall the NVIDIA driver."),
        15 => error(
            "A GPU has fallen off the bus, and nvidia-smi reads none because of it",
            "Reboot to recover the GPU; see `dmesg` for lines with NVRM or Xid.",
        ),
        18 => error(
            "The NVIDIA driver and its library have different versions",
            "Reboot, or reload the nvidia kernel modules; afterwards restart containers.",
        ),
        _ => match last {
            Some(last) => error(format!("nvidia-smi ended with code {code}: {last}"), ""),
            None => error(format!("nvidia-smi ended with code {code} and said nothing"), ""),
        },
    }
}

fn no_permission() -> SourceError {
    error(
        "No permission to talk to the NVIDIA driver",
        "Give the server's user read and write access to /dev/nvidiactl and /dev/nvidia*.",
    )
}

fn error(reason: impl Into<String>, hint: &str) -> SourceError {
    SourceError::new(reason, hint)
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    fn reason(code: i32, text: &str) -> String {
        let exit = Exit {
            status: ExitStatus::from_raw(code << 8),
            out: text.into(),
            err: Vec::new(),
            too_long: false,
        };
        Failure::Ended(exit).explain().reason
    }

    #[test]
    fn what_it_says_is_explained() {
        for (code, text, wanted) in [
            (
                9,
                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure…",
                "not loaded",
            ),
            (12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", "libnvidia-ml.so"),
            (6, "No devices were found", "finds no GPU"),
            (
                18,
                "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.124",
                "(NVML library version: 570.124)",
            ),
            (255, "Failed to initialize NVML: Unknown Error", "unknown error"),
            (4, "Failed to initialize NVML: Insufficient Permissions", "No permission"),
            (255, "Failed to initialize NVML: Odd", "Failed to initialize NVML: Odd"),
            (2, "Field \"x\" is not a valid field to query.", "Field \"x\""),
            (
                15,
                "Unable to determine the device handle for GPU0000:07:00.0: GPU is lost.",
                "GPU0000:07:00.0",
            ),
            (77, "<half>\nsomething odd", "code 77: something odd"),
            (1, "", "code 1 and said nothing"),
            (0, "", "code 0 and said nothing"),
            (0, "<html>\n<body>", "prints no listing of GPUs"),
            (0, "hello", "prints no listing of GPUs: hello"),
        ] {
            assert!(reason(code, text).contains(wanted), "{text}: {}", reason(code, text));
        }
    }

    #[test]
    fn a_listing_that_is_not_whole_is_no_silence() {
        let ended = |code: i32, out: &str, too_long| {
            let status = ExitStatus::from_raw(code << 8);
            let exit = Exit { status, out: out.into(), err: Vec::new(), too_long };
            Failure::Ended(exit).told().explain().reason
        };
        let half = "<?xml ?>\n<nvidia_smi_log>\n\t<mig_devices>\n\t\tNone\n";
        assert_eq!(ended(0, half, false), "What nvidia-smi prints ends too early");
        assert_eq!(ended(0, half, true), "What nvidia-smi prints is too long for a listing of GPUs");
        assert!(ended(9, half, false).contains("not loaded"));
    }

    #[test]
    fn a_code_alone_is_explained_too() {
        for (code, wanted) in [
            (4, "permission"),
            (8, "power cables"),
            (9, "not loaded"),
            (10, "interrupt"),
            (12, "library"),
            (13, "older"),
            (15, "bus"),
            (18, "versions"),
        ] {
            assert!(reason(code, "").contains(wanted), "{code}");
        }
    }

    #[test]
    fn other_failures_are_explained() {
        let signal =
            Exit { status: ExitStatus::from_raw(9), out: Vec::new(), err: Vec::new(), too_long: false };
        assert_eq!(Failure::Ended(signal).explain().reason, "nvidia-smi was killed by signal 9");
        assert_eq!(
            Failure::Silent(7, Said::default()).explain().reason,
            "nvidia-smi has not answered for 7 s"
        );
        assert_eq!(Failure::Start(io::ErrorKind::NotFound.into()).explain(), not_found());
        assert!(Failure::Malformed(Malformed("is not XML")).explain().reason.ends_with("is not XML"));
    }
}
