//! Libraries that are missing, broken, or do not get at the driver.

use std::{fs, path::Path};

use gpu_observatory::collect::{NvmlSource, Source, SourceError};
use serde_json::json;

use super::{FakeNvml, Rig};

fn refusal(path: &Path) -> SourceError {
    let error = NvmlSource::open(Some(path)).unwrap_err();
    assert!(!error.hint.is_empty());
    assert!(!error.reason.ends_with('.') && !error.reason.contains('\n'), "{error}");
    error
}

#[test]
fn each_failure_to_start_says_what_it_is() {
    for (code, reason, hint) in [
        (9, "The NVIDIA driver is not loaded", "modprobe nvidia"),
        (18, "The NVIDIA driver and its library have different versions", "Reboot"),
        (4, "No permission to talk to the NVIDIA driver", "/dev/nvidia"),
        (12, "The NVIDIA driver misses one of its libraries", "Reinstall"),
        (28, "The NVIDIA driver found no GPU", "lspci"),
        (255, "The NVIDIA driver failed with an unknown error", ""),
        (999, "The NVIDIA driver failed with an unknown error", ""),
        (15, "The NVIDIA driver could not be used", "dmesg"),
    ] {
        let fake = FakeNvml::new(&json!({"init": {"error": code}}));
        let error = refusal(&fake.path());
        assert!(error.reason.starts_with(reason), "{code}: {error}");
        assert!(error.hint.contains(hint), "{code}: {}", error.hint);
    }
}

#[test]
fn a_missing_library_is_said_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libnvidia-ml.so.1");
    let error = refusal(&path);
    assert_eq!(error.reason, format!("{} not found", path.display()));
    assert!(
        ["Install the NVIDIA driver.", "Start the container with `--gpus all`."]
            .contains(&error.hint.as_str())
    );
}

#[test]
fn a_broken_library_is_not_said_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libnvidia-ml.so.1");
    fs::write(&path, "not a library").unwrap();
    assert!(refusal(&path).reason.contains("could not be loaded"));
}

/// Takes a function out of a copy of the library, by giving it another name.
fn without(symbol: &str) -> FakeNvml {
    let fake = FakeNvml::new(&json!({}));
    let mut bytes = fs::read(fake.path()).unwrap();
    let old = format!("\0{symbol}\0").into_bytes();
    // The table of the exported names lies near the beginning.
    let places: Vec<_> = (0..1 << 19).filter(|at| bytes[*at..].starts_with(&old)).collect();
    assert!(!places.is_empty(), "{symbol}");
    for at in places {
        bytes[at + 1] = b'x';
    }
    fs::write(fake.path(), bytes).unwrap();
    fake
}

#[test]
fn a_library_that_cannot_start_or_stop_is_refused() {
    for symbol in ["nvmlInit_v2", "nvmlShutdown"] {
        assert!(refusal(&without(symbol).path()).reason.contains("not a usable"), "{symbol}");
    }
}

#[test]
fn an_old_driver_lacks_functions_and_is_read_all_the_same() {
    let fake = without("nvmlDeviceGetCurrentClocksEventReasons");
    let mut source = NvmlSource::open(Some(&fake.path())).unwrap();
    let gpus = source.read(std::time::Instant::now()).unwrap();
    assert_eq!(gpus[0].limiters, Some(vec![]));
}

#[test]
fn the_library_is_shut_down_and_can_be_opened_again() {
    let rig = Rig::new(&json!({}));
    let Rig { source, fake, .. } = rig;
    drop(source);
    assert_eq!(fake.calls(Some("nvmlShutdown")), 1);
    let mut source = NvmlSource::open(Some(&fake.path())).unwrap();
    assert_eq!(source.read(std::time::Instant::now()).unwrap().len(), 2);
}
