//! Listings of real machines, where there is a folder of them: they are others'
//! and no part of this project.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{check, columns::Columns, help, parse};
use crate::telemetry::{Gpu, GpuState, Metric, ProcessKind, Reason, RecoveryAction};

fn folder() -> Option<PathBuf> {
    let named = env::var_os("GPU_OBSERVATORY_CAPTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    [named, Some(beside)].into_iter().flatten().find(|folder| folder.is_dir())
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect()
}

fn gpus(name: &str) -> Option<Vec<Gpu>> {
    Some(parse(&fs::read(folder()?.join(name)).ok()?).unwrap())
}

#[test]
fn every_captured_listing_can_be_read() {
    let Some(folder) = folder() else { return };
    let files = files(&folder, ".xml");
    assert!(!files.is_empty());
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let gpus = parse(&bytes).unwrap();
        let count = String::from_utf8_lossy(&bytes).matches("<gpu id=").count();
        assert_eq!(gpus.len(), count, "{}", file.display());
        check(&gpus);
        for gpu in &gpus {
            assert_eq!(gpu.state, GpuState::Ok, "{}", file.display());
            for metric in
                [Metric::Name, Metric::Uuid, Metric::PciBusId, Metric::CudaVersion, Metric::MemoryUsed]
            {
                assert!(gpu.has(metric), "{metric:?} in {}", file.display());
            }
        }
    }
}

#[test]
fn captured_listings_say_what_they_say() {
    if let Some(gpus) = gpus("h100x8-580.105.xml") {
        assert_eq!(gpus.len(), 8);
        assert_eq!((gpus[0].power_usage, gpus[0].memory_total), (Some(68.6), Some(81559.0)));
        assert_eq!((gpus[0].temperature, gpus[0].memory_temperature), (Some(29), Some(37)));
        assert_eq!(gpus[0].unavailable[&Metric::TemperatureSlowdown], Reason::NotReported);
    }
    if let Some(gpus) = gpus("a100-570.148.xml") {
        assert_eq!((gpus[0].power_usage, gpus[0].temperature_slowdown), (Some(49.7), Some(89)));
        assert_eq!(gpus[0].cuda_version, Some(12_080));
    }
    if let Some(gpus) = gpus("l40s-595.91.xml") {
        assert_eq!(gpus[0].recovery_action, Some(RecoveryAction::None));
        assert_eq!(gpus[0].unavailable[&Metric::LimiterShares], Reason::Pending);
    }
    if let Some(gpus) = gpus("a100x4-535.54-mig-v12.xml") {
        assert_eq!((gpus[0].mig_instances.len(), gpus[0].mig_enabled), (4, Some(true)));
        assert_eq!(gpus[0].unavailable[&Metric::Utilization], Reason::HiddenByMig);
    }
    if let Some(gpus) = gpus("rtx4090-535.86-v12.xml") {
        assert_eq!((gpus[0].pcie_generation_max, gpus[0].power_usage), (Some(3), Some(26.8)));
    }
    if let Some(gpus) = gpus("rtx3090-525.147-v12.xml") {
        assert_eq!((gpus[0].power_limit, gpus[0].power_limit_default), (Some(200.0), Some(350.0)));
    }
    if let Some(gpus) = gpus("rtx4000sff-595.84-v13.xml") {
        let processes: Vec<_> =
            gpus[0].processes.iter().map(|p| (p.pid, p.name.as_deref(), p.kind, p.used_memory)).collect();
        assert_eq!(processes[0], (3190, Some("code"), Some(ProcessKind::Graphics), Some(451.0)));
        assert_eq!(processes[3], (4937, Some("python"), Some(ProcessKind::Compute), Some(160.0)));
        assert_eq!(processes[2].2, Some(ProcessKind::Both));
    }
    if let Some(gpus) = gpus("rtx3080-536.40-v12.xml") {
        assert!(gpus[0].processes.iter().any(|p| p.name.as_deref() == Some("msedge")));
    }
    if let Some(gpus) = gpus("quadro-p400-418.43-v10.xml") {
        assert_eq!(gpus[0].unavailable[&Metric::MemoryReserved], Reason::NotReported);
    }
}

#[test]
fn captured_rows_are_read_by_the_names_that_their_help_has() {
    let Some(folder) = folder() else { return };
    let files = files(&folder.join("csv"), ".query-gpu.csv");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let heading: Vec<&str> = text.lines().next().unwrap().split(", ").collect();
        if !heading.contains(&"uuid") {
            continue;
        }
        let columns = Columns::of_help(&help(text.lines().next().unwrap())).unwrap();
        let place =
            |name: &str| heading.iter().position(|heading| heading.split(' ').next() == Some(name)).unwrap();
        let order: Vec<usize> = columns.query().split(',').map(place).collect();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(", ").collect();
            let row = order.iter().map(|at| cells[*at]).collect::<Vec<_>>().join(", ");
            let rows = columns.rows(row.as_bytes()).unwrap();
            let mut gpu = Gpu::default();
            columns.read(&rows[0], &mut gpu);
            check(std::slice::from_ref(&gpu));
            assert!(gpu.power_usage.is_some() && gpu.limiters.is_some(), "{}", file.display());
            let memory = cells[place("memory.used")].trim_end_matches(" MiB").parse().ok();
            assert_eq!(gpu.memory_used, memory, "{}", file.display());
        }
    }
}

/// The help of each recorded session names the fields by which we would ask.
#[test]
fn captured_helps_are_understood() {
    let Some(folder) = folder() else { return };
    for file in files(&folder, ".txt").iter().filter(|file| file.to_string_lossy().contains("smi-session")) {
        let text = fs::read_to_string(file).unwrap();
        let help = text.split("$ nvidia-smi --help-query-gpu").nth(1).unwrap();
        let help = help.split("$ nvidia-smi").next().unwrap();
        let query = Columns::of_help(help).unwrap().query();
        for name in ["index", "uuid", "power.draw", "clocks_event_reasons.active", "utilization.encoder"] {
            assert!(query.split(',').any(|field| field == name), "{name} in {}", file.display());
        }
    }
}
