//! Listings of real machines, where there is a folder of them: they are others'
//! and no part of this project.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{LATEST, check, listing};
use crate::{
    collect::nvtop::{framing, version::Version},
    telemetry::{Gpu, Metric, Reason},
};

fn folder() -> Option<PathBuf> {
    let named = env::var_os("GPU_OBSERVATORY_CAPTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    [named, Some(beside)].into_iter().flatten().map(|folder| folder.join("nvtop")).find(|f| f.is_dir())
}

fn gpus(name: &str, version: Version) -> Option<Vec<Gpu>> {
    Some(listing::parse(&fs::read(folder()?.join(name)).ok()?, version).unwrap())
}

#[test]
fn every_captured_listing_can_be_framed_and_read() {
    let Some(folder) = folder() else { return };
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    for file in files {
        let mut bytes = fs::read(&file).unwrap();
        if file.to_string_lossy().contains("truncated") {
            assert!(listing::parse(&bytes, LATEST).is_err());
            // The rest of the text, as nvtop would have gone on.
            bytes.truncate(bytes.trim_ascii_end().len() - 1);
            bytes.extend_from_slice(b"\n]\n");
        }
        bytes.push(b'\n');
        let listed = framing::listings()(&mut bytes).unwrap();
        let gpus = listing::parse(&listed, LATEST).unwrap();
        let count = String::from_utf8_lossy(&listed).matches("\"device_name\"").count();
        assert_eq!(gpus.len(), count, "{}", file.display());
        check(&gpus);
    }
}

#[test]
fn captured_listings_say_what_they_say() {
    if let Some(gpus) = gpus("beszel-rtx3050ti-laptop-radeon680m.json", LATEST) {
        let of = |gpu: &Gpu| (gpu.temperature, gpu.power_usage, gpu.utilization, gpu.memory_used);
        assert_eq!(of(&gpus[0]), (Some(48), Some(13.0), Some(5), Some(333.19)));
        assert_eq!(of(&gpus[1]), (Some(48), Some(9.0), Some(12), Some(1157.55)));
        assert_eq!((gpus[1].encoder_utilization, gpus[1].decoder_utilization), (None, Some(0)));
        assert!(gpus[0].memory_used_with_reserved && !gpus[1].memory_used_with_reserved);
        assert_eq!(gpus[0].unavailable[&Metric::FanSpeed], Reason::NotReported);
        assert_eq!(gpus[1].unavailable[&Metric::FanSpeed], Reason::NotSupported);
    }
    if let Some(gpus) = gpus("issue371-arc-a770-3.2.0.json", Version(3, 2, 0)) {
        assert_eq!((gpus[0].clock_graphics, gpus[0].utilization), (Some(717), None));
    }
    if let Some(gpus) = gpus("bc250-amd-process-3.3.2.json", LATEST) {
        assert_eq!(gpus[0].processes[0].pid, 229_655);
        assert_eq!(gpus[0].processes[0].command.as_deref(), Some("nvtop -s"));
        assert_eq!(gpus[0].processes[0].used_memory, Some(0.01));
    }
}
