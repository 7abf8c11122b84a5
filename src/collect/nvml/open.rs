//! Finding and starting the driver's library.

use std::{ffi::OsStr, mem, path::Path};

use nvml_wrapper::{Nvml, error::NvmlError};

use crate::collect::{container, source::SourceError};

/// By this name the loader finds it wherever the driver is installed as usual.
const NAME: &str = "libnvidia-ml.so.1";

/// Where it lies where the loader does not look: WSL, NixOS, GKE.
const ELSEWHERE: [&str; 3] = ["/usr/lib/wsl/lib", "/run/opengl-driver/lib", "/usr/local/nvidia/lib64"];

/// What to do where there is no driver.
fn install() -> &'static str {
    if container::is_one() { "Start the container with `--gpus all`." } else { "Install the NVIDIA driver." }
}

/// Loads the library and initialises it.
pub(super) fn open(library: Option<&Path>) -> Result<Nvml, SourceError> {
    if let Some(path) = library {
        return load(path.as_os_str());
    }
    let found = ELSEWHERE.iter().map(|folder| Path::new(folder).join(NAME)).find(|path| path.exists());
    match (load(OsStr::new(NAME)), found) {
        (Err(error), Some(path)) if error.reason == absent(OsStr::new(NAME)).reason => load(path.as_os_str()),
        (answer, _) => answer,
    }
}

fn load(library: &OsStr) -> Result<Nvml, SourceError> {
    let nvml = match Nvml::builder().lib_path(library).init() {
        Ok(nvml) => nvml,
        Err(NvmlError::LibloadingError(error)) => return Err(unloadable(library, &error.to_string())),
        Err(NvmlError::FailedToLoadSymbol(_)) => return Err(foreign(library)),
        Err(error) => return Err(explain(&error)),
    };
    if nvml.lib().nvmlShutdown.is_err() {
        // The wrapper panics when it is dropped and cannot shut down.
        mem::forget(nvml);
        return Err(foreign(library));
    }
    Ok(nvml)
}

fn absent(library: &OsStr) -> SourceError {
    SourceError::absent(format!("{} not found", library.display()), install())
}

fn foreign(library: &OsStr) -> SourceError {
    error(format!("{} is not a usable NVIDIA management library", library.display()), install())
}

fn unloadable(library: &OsStr, text: &str) -> SourceError {
    // The loader names the file that it misses: this one, or one that this one needs.
    let name = library.to_string_lossy();
    if text.starts_with(name.as_ref()) && text.contains("No such file") {
        return absent(library);
    }
    error(
        format!("{} could not be loaded: {text}", library.display()),
        "Reinstall the NVIDIA driver for this machine's architecture.",
    )
}

/// Says why the driver as a whole gives nothing.
pub(super) fn explain(cause: &NvmlError) -> SourceError {
    match cause {
        NvmlError::DriverNotLoaded => error(
            "The NVIDIA driver is not loaded",
            "Load it with `modprobe nvidia`, on the host if this is a container, and see `dmesg` if that fails.",
        ),
        NvmlError::LibRmVersionMismatch => error(
            "The NVIDIA driver and its library have different versions",
            "Reboot, or reload the nvidia kernel modules; afterwards restart containers.",
        ),
        // Both are used for "unknown"; the wrapper knows only one of them.
        NvmlError::Unknown | NvmlError::UnexpectedVariant(255) if container::is_one() => error(
            "The NVIDIA driver failed with an unknown error",
            "Restart the container: it has lost its access to the GPU devices.",
        ),
        NvmlError::Unknown | NvmlError::UnexpectedVariant(255) => error(
            "The NVIDIA driver failed with an unknown error",
            "Look for lines with NVRM in `dmesg`; reloading the driver or a reboot may help.",
        ),
        NvmlError::NoPermission => error(
            "No permission to talk to the NVIDIA driver",
            "Give the server's user read and write access to /dev/nvidiactl and /dev/nvidia*.",
        ),
        NvmlError::LibraryNotFound => {
            error("The NVIDIA driver misses one of its libraries", "Reinstall the NVIDIA driver.")
        }
        NvmlError::UnexpectedVariant(28) => error(
            "The NVIDIA driver found no GPU",
            "See whether `lspci` lists the GPU and `dmesg` says why the driver does not take it.",
        ),
        NvmlError::Uninitialized => error("The NVIDIA driver was shut down", ""),
        other => {
            error(format!("The NVIDIA driver could not be used: {other}"), "See `dmesg` for its messages.")
        }
    }
}

fn error(reason: impl Into<String>, hint: &str) -> SourceError {
    SourceError::new(reason, hint)
}
