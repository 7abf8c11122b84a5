//! Who uses the GPU.

use gpu_observatory::telemetry::{Gpu, Metric, ProcessKind, ProcessMetric, Reason};
use serde_json::{Value, json};

use super::Rig;

fn with(processes: &Value) -> Rig {
    Rig::with_gpu(&json!({"processes": processes}))
}

fn pids(gpu: &Gpu) -> Vec<u32> {
    gpu.processes.iter().map(|process| process.pid).collect()
}

#[test]
fn every_process_is_listed_once_by_memory() {
    let mut rig = with(&json!([
        {"pid": 30, "memoryMiB": 100.25, "type": "compute"},
        {"pid": 20, "memoryMiB": 300, "type": "both"},
        {"pid": 10, "memoryMiB": null, "type": "graphics"},
        {"pid": 11, "memoryMiB": 100.25, "type": "mps"},
        {"pid": 0, "memoryMiB": 9, "type": "compute"}
    ]));
    let gpu = rig.read_one();
    let told: Vec<_> = gpu.processes.iter().map(|p| (p.pid, p.used_memory, p.kind)).collect();
    assert_eq!(
        told,
        [
            (20, Some(300.0), Some(ProcessKind::Both)),
            (11, Some(100.25), Some(ProcessKind::Compute)),
            (30, Some(100.25), Some(ProcessKind::Compute)),
            (10, None, Some(ProcessKind::Graphics)),
        ]
    );
    assert_eq!(gpu.processes[3].unavailable[&ProcessMetric::UsedMemory], Reason::NotSupported);
    assert!(gpu.processes.iter().all(|process| process.gpu_instance.is_none()));
    // The clients of MPS are there at every sample, once there are some.
    assert!(pids(&rig.later(1).read_one()).contains(&11));
}

#[test]
fn memory_that_is_used_makes_no_process() {
    let memory = json!({"totalMiB": 100, "usedMiB": 90, "reservedMiB": 0});
    for processes in [json!([]), json!([{"pid": 0, "memoryMiB": 90}])] {
        let gpu = Rig::with_gpu(&json!({"memory": memory, "processes": processes})).read_one();
        assert_eq!((gpu.memory_used, gpu.processes), (Some(90.0), vec![]));
    }
}

#[test]
fn shares_need_a_second_sample() {
    let mut rig = with(&json!([
        {"pid": 10, "memoryMiB": 3, "sm": 92}, {"pid": 11, "memoryMiB": 2}, {"pid": 12, "memoryMiB": 1, "sm": 4000}
    ]));
    for process in rig.read_one().processes {
        assert_eq!(process.unavailable[&ProcessMetric::SmUtilization], Reason::Pending);
    }
    let gpu = rig.later(1).read_one();
    let shares: Vec<_> = gpu.processes.iter().map(|process| process.sm_utilization).collect();
    assert_eq!(shares, [Some(92), Some(0), Some(0)]);
}

#[test]
fn no_samples_at_all_are_idle_processes() {
    let mut rig = with(&json!([{"pid": 10}]));
    rig.read();
    assert_eq!(rig.later(1).read_one().processes[0].sm_utilization, Some(0));
}

#[test]
fn shares_that_cannot_be_had_have_a_reason() {
    for (code, reason) in [(3, Reason::NotSupported), (4, Reason::NoPermission), (999, Reason::Error)] {
        let mut rig = Rig::with_gpu(&json!({
            "processes": [{"pid": 10, "sm": 5}], "errors": {"nvmlDeviceGetProcessUtilization": code}
        }));
        for _ in 0..2 {
            let process = rig.later(1).read_one().processes.remove(0);
            assert_eq!(process.unavailable[&ProcessMetric::SmUtilization], reason);
        }
    }
}

#[test]
fn a_driver_with_long_entries_is_read_right() {
    let processes: Vec<_> =
        (1..=40).map(|pid| json!({"pid": pid, "memoryMiB": 1000 - pid, "type": "both"})).collect();
    let mut rig = Rig::new(&json!({
        "driverVersion": "535.54.03", "layout535": true, "gpus": [{"processes": processes}]
    }));
    let gpu = rig.read_one();
    assert_eq!(pids(&gpu), (1..=40).collect::<Vec<_>>());
    assert_eq!(gpu.processes[39].used_memory, Some(960.0));
    assert!(gpu.processes.iter().all(|process| process.gpu_instance.is_none()));
}

#[test]
fn processes_that_appear_between_two_calls_are_no_error() {
    let processes: Vec<_> = (1..=30).map(|pid| json!({"pid": pid})).collect();
    let mut rig = Rig::with_gpu(&json!({"processes": processes, "processBurst": 20}));
    assert_eq!(rig.read_one().processes.len(), 30);
}

#[test]
fn one_list_is_enough_where_there_is_no_other() {
    for (missing, left) in
        [("nvmlDeviceGetComputeRunningProcesses_v3", 2), ("nvmlDeviceGetGraphicsRunningProcesses_v3", 1)]
    {
        let gpu = Rig::with_gpu(&json!({
            "processes": [{"pid": 1, "type": "compute"}, {"pid": 2, "type": "graphics"}],
            "errors": {missing: 3}
        }))
        .read_one();
        assert_eq!(pids(&gpu), [left]);
        assert!(gpu.has(Metric::Processes));
    }
}

#[test]
fn half_a_list_is_no_list() {
    let mut rig = Rig::with_gpu(&json!({
        "processes": [{"pid": 1, "type": "compute"}],
        "errors": {"nvmlDeviceGetGraphicsRunningProcesses_v3": {"steps": [[0, 999]]}}
    }));
    let gpu = rig.read_one();
    assert_eq!(gpu.unavailable[&Metric::Processes], Reason::Error);
    assert!(gpu.processes.is_empty());
    let gpu = rig.set_gpu(&json!({"processes": [{"pid": 1}]})).later(1).read_one();
    assert_eq!(pids(&gpu), [1]);
    assert!(gpu.has(Metric::Processes));
}

#[test]
fn no_list_at_all_is_not_supported() {
    let gpu = Rig::with_gpu(&json!({"errors": {
        "nvmlDeviceGetComputeRunningProcesses_v3": 3, "nvmlDeviceGetGraphicsRunningProcesses_v3": 13,
    }}))
    .read_one();
    assert_eq!(gpu.unavailable[&Metric::Processes], Reason::NotSupported);
}
