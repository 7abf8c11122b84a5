//! GPUs that are split.

use gpu_observatory::telemetry::{Metric, MigInstance, ProcessMetric, Reason};
use serde_json::{Value, json};

use super::Rig;

fn split() -> Value {
    json!({
        "mig": {"current": 1, "pending": 1, "max": 7, "instances": [
            {"index": 0, "uuid": "MIG-a", "name": "NVIDIA H200 MIG 3g.71gb", "gi": 2, "ci": 0,
             "memory": {"totalMiB": 71_424, "usedMiB": 30, "reservedMiB": 0}},
            {"index": 4, "uuid": "MIG-b", "name": "NVIDIA H200 MIG 1g.18gb", "gi": 9, "ci": 0,
             "memory": {"totalMiB": 16_384, "usedMiB": 16.5, "reservedMiB": 0}}
        ]},
        "processes": [
            {"pid": 4711, "gi": 9, "ci": 0, "memoryMiB": 16, "sm": 50},
            {"pid": 4711, "gi": 2, "ci": 0, "memoryMiB": 30, "sm": 50}
        ]
    })
}

#[test]
fn a_split_gpu_has_instances_and_no_utilization() {
    let gpu = Rig::with_gpu(&split()).read_one();
    assert_eq!(gpu.mig_enabled, Some(true));
    assert_eq!(
        gpu.mig_instances[1],
        MigInstance {
            index: 4,
            uuid: Some("MIG-b".into()),
            name: Some("NVIDIA H200 MIG 1g.18gb".into()),
            gpu_instance: Some(9),
            compute_instance: Some(0),
            memory_used: Some(16.5),
            memory_total: Some(16_384.0),
        }
    );
    assert_eq!(gpu.mig_instances.iter().map(|instance| instance.index).collect::<Vec<_>>(), [0, 4]);
    for metric in [Metric::Utilization, Metric::MemoryUtilization, Metric::NvlinksActive] {
        assert_eq!(gpu.unavailable[&metric], Reason::HiddenByMig, "{metric:?}");
    }
    assert!(gpu.memory_total.is_some() && !gpu.memory_unified);
    // Not every gap is the split's fault.
    assert_eq!(gpu.unavailable[&Metric::FanSpeed], Reason::NotSupported);
}

#[test]
fn a_process_belongs_to_its_instance() {
    let mut rig = Rig::with_gpu(&split());
    let gpu = rig.read_one();
    let places: Vec<_> = gpu.processes.iter().map(|p| (p.pid, p.gpu_instance, p.used_memory)).collect();
    assert_eq!(places, [(4711, Some(2), Some(30.0)), (4711, Some(9), Some(16.0))]);
    for process in rig.later(1).read_one().processes {
        assert_eq!(process.unavailable[&ProcessMetric::SmUtilization], Reason::HiddenByMig);
    }
}

#[test]
fn a_process_belongs_to_its_compute_instance() {
    let mut gpu = split();
    gpu["processes"][0]["ci"] = json!(3);
    let processes = Rig::with_gpu(&gpu).read_one().processes;
    assert_eq!(processes.iter().map(|p| p.compute_instance).collect::<Vec<_>>(), [Some(0), Some(3)]);
    let whole = Rig::with_gpu(&json!({"processes": [{"pid": 1}]})).read_one();
    assert_eq!(whole.processes[0].compute_instance, None);
}

#[test]
fn where_the_whole_refuses_its_processes_the_instances_are_asked() {
    for code in [3, 4] {
        let mut gpu = split();
        gpu["mig"]["parentRefuses"] = json!(code);
        let mut rig = Rig::with_gpu(&gpu);
        for _ in 0..12 {
            let gpu = rig.later(1).read_one();
            let places: Vec<_> = gpu
                .processes
                .iter()
                .map(|p| (p.pid, p.gpu_instance, p.compute_instance, p.used_memory))
                .collect();
            assert_eq!(places, [(4711, Some(2), Some(0), Some(30.0)), (4711, Some(9), Some(0), Some(16.0))]);
        }
        // An instance that is gone takes its processes along.
        gpu["mig"]["instances"].as_array_mut().unwrap().remove(0);
        let processes = rig.set_gpu(&gpu).later(5).read_one().processes;
        assert_eq!(processes.iter().map(|p| p.gpu_instance).collect::<Vec<_>>(), [Some(9)]);
    }
}

#[test]
fn what_instances_refuse_too_is_refused() {
    let mut gpu = split();
    gpu["errors"] = json!({
        "nvmlDeviceGetComputeRunningProcesses_v3": 4, "nvmlDeviceGetGraphicsRunningProcesses_v3": 4
    });
    let mut rig = Rig::with_gpu(&gpu);
    assert_eq!(rig.read_one().unavailable[&Metric::Processes], Reason::NoPermission);
    let before = rig.fake.calls(Some("nvmlDeviceGetComputeRunningProcesses_v3"));
    rig.later(1).read();
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetComputeRunningProcesses_v3")), before);
}

#[test]
fn another_split_in_the_same_places_is_another_one() {
    let mut rig = Rig::with_gpu(&split());
    rig.read();
    let mut other = split();
    for (at, uuid) in ["MIG-c", "MIG-d"].into_iter().enumerate() {
        other["mig"]["instances"][at]["uuid"] = json!(uuid);
        other["mig"]["instances"][at]["memory"]["usedMiB"] = json!(7);
    }
    let gpu = rig.set_gpu(&other).later(5).read_one();
    let told: Vec<_> = gpu.mig_instances.iter().map(|i| (i.uuid.as_deref(), i.memory_used)).collect();
    assert_eq!(told, [(Some("MIG-c"), Some(7.0)), (Some("MIG-d"), Some(7.0))]);
}

#[test]
fn splitting_and_joining_are_noticed_within_five_seconds() {
    let mut rig = Rig::with_gpu(&json!({}));
    assert_eq!(rig.read_one().mig_enabled, Some(false));
    let gpu = rig.set_gpu(&split()).later(5).read_one();
    assert_eq!((gpu.mig_enabled, gpu.mig_instances.len()), (Some(true), 2));
    assert_eq!(gpu.unavailable[&Metric::Utilization], Reason::HiddenByMig);
    // What was hidden is asked for again at once.
    let gpu = rig.set_gpu(&json!({})).later(5).read_one();
    assert_eq!((gpu.mig_enabled, gpu.mig_instances.len()), (Some(false), 0));
    assert!(gpu.utilization.is_some() && gpu.nvlinks_active.is_some());
}

#[test]
fn instances_come_and_go() {
    let mut rig = Rig::with_gpu(&split());
    assert_eq!(rig.read_one().mig_instances.len(), 2);
    let mut fewer = split();
    fewer["mig"]["instances"].as_array_mut().unwrap().remove(0);
    rig.set_gpu(&fewer);
    assert_eq!(rig.later(5).read_one().mig_instances.len(), 1);
}
