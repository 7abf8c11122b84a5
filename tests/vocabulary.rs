//! The vocabulary against golden JSON: names, units and `null` are fixed.
#![allow(clippy::unwrap_used)]

use gpu_observatory::telemetry::{
    Attempt, Demo, Event, EventKind, Gpu, GpuState, History, Host, LastKnown, Limiter, LimiterShares, Metric,
    MigInstance, Process, ProcessKind, ProcessMetric, Provider, Reason, RecoveryAction, ServerInfo, Snapshot,
    Timestamp,
};
use serde_json::{Value, json};

/// The contract's own example.
fn contract() -> Value {
    json!({
        "timestamp": "2026-01-01T00:00:00.000000Z",
        "gpus": [{
            "id": 0, "name": "NVIDIA GeForce RTX 3090", "uuid": "GPU-xxxx", "utilization": 100,
            "memoryUsed": 17738.1, "memoryTotal": 24576.0, "memoryFree": 6837.9,
            "temperature": 63, "powerUsage": 249.1, "powerLimit": 350.0, "fanSpeed": 64,
            "encoderUtilization": 0, "decoderUtilization": 0,
            "processes": [{"pid": 3311, "name": "python", "usedMemoryMiB": 17278.0}]
        }],
        "system": {"cpuUsage": 1.0, "memoryUsage": 14.0, "loadAverage": [0.87, 0.42, 0.22], "uptime": 273_600}
    })
}

/// Asserts that `small` stands in `large`, keys added or not.
fn assert_within(small: &Value, large: &Value, path: &str) {
    match (small, large) {
        (Value::Object(small), Value::Object(large)) => {
            for (key, value) in small {
                assert_within(value, large.get(key).unwrap_or(&Value::Null), &format!("{path}.{key}"));
            }
        }
        (Value::Array(small), Value::Array(large)) => {
            assert_eq!(small.len(), large.len(), "{path}");
            for (n, (small, large)) in small.iter().zip(large).enumerate() {
                assert_within(small, large, &format!("{path}[{n}]"));
            }
        }
        _ => assert_eq!(small, large, "{path}"),
    }
}

#[test]
fn the_contracts_example_is_read_and_written_again() {
    let snapshot: Snapshot = serde_json::from_value(contract()).unwrap();
    assert_eq!(snapshot.gpus[0].power_usage, Some(249.1));
    assert_eq!(snapshot.gpus[0].processes[0].used_memory, Some(17278.0));
    assert_eq!(snapshot.system.as_ref().unwrap().uptime, Some(273_600));
    assert_within(&contract(), &serde_json::to_value(&snapshot).unwrap(), "message");
}

#[test]
fn every_key_of_a_full_message_is_golden() {
    let mut gpu = Gpu {
        id: 3,
        name: Some("NVIDIA H100 80GB HBM3".into()),
        uuid: Some("GPU-1".into()),
        driver_version: Some("580.65.06".into()),
        cuda_version: Some(13_000),
        utilization: Some(97),
        memory_used: Some(74_752.5),
        limiters: Some(vec![Limiter::PowerCap]),
        limiter_shares: Some(LimiterShares {
            seconds: 60,
            shares: [(Limiter::PowerCap, 42.5)].into_iter().collect(),
        }),
        recovery_action: Some(RecoveryAction::DrainAndReset),
        memory_used_with_reserved: true,
        idle_since: Some(Timestamp::from_millis(2000)),
        free_since: Some(Timestamp::from_millis(3000)),
        performance_state: Some(0),
        mig_instances: vec![MigInstance {
            index: 2,
            uuid: Some("MIG-1".into()),
            name: None,
            gpu_instance: Some(1),
            compute_instance: Some(0),
            memory_used: Some(12.0),
            memory_total: Some(9856.0),
        }],
        ..Gpu::default()
    };
    gpu.set(Metric::FanSpeed, |gpu| &mut gpu.fan_speed, Err(Reason::NotSupported));
    gpu.explain(Reason::NotReported);
    let mut process = Process {
        pid: 1,
        kind: Some(ProcessKind::Both),
        used_memory: Some(5.0),
        gpu_instance: Some(1),
        compute_instance: Some(0),
        container: Some("docker 0123456789ab".into()),
        ..Process::default()
    };
    process.set(ProcessMetric::User, |process| &mut process.user, Err(Reason::NeedsHostPid));
    gpu.processes.push(process);
    let lost = Gpu {
        id: 4,
        state: GpuState::Lost,
        state_detail: Some("GPU is lost".into()),
        state_since: Some(Timestamp::from_millis(1000)),
        memory_unified: true,
        last_known: Some(Box::new(LastKnown {
            timestamp: Timestamp::from_millis(500),
            gpu: Gpu { id: 4, utilization: Some(12), ..Gpu::default() },
        })),
        ..Gpu::default()
    };
    let mut history = History::default();
    let mut snapshot = Snapshot {
        timestamp: Timestamp::from_millis(1_767_225_600_000),
        provider: Some(Provider::NvidiaSmi),
        simulated: true,
        gpus: vec![gpu, lost],
        system: Some(Host { hostname: Some("atlas-07".into()), ..Host::default() }),
        sources: vec![Attempt {
            provider: Provider::Nvml,
            reason: "gone".into(),
            hint: "look".into(),
            absent: true,
        }],
        events: vec![Event {
            time: Timestamp::from_millis(0),
            gpu: Some("GPU-1".into()),
            kind: EventKind::Xid,
            xid: Some(79),
            text: "lost".into(),
        }],
        server: Some(ServerInfo {
            version: "0.1.0".into(),
            poll_interval_ms: 1000,
            forced: true,
            demo: Some(Demo { scenario: "mig".into(), scenarios: vec!["work".into(), "mig".into()] }),
        }),
        ..Snapshot::default()
    };
    history.push(&snapshot);
    snapshot.history = Some(history);
    insta::assert_json_snapshot!(snapshot);
    let text = serde_json::to_string(&snapshot).unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), snapshot, "what is sent is what is read");
}

#[test]
fn a_client_reads_messages_of_a_newer_server() {
    let mut message = contract();
    message["news"] = json!({"a": 1});
    message["gpus"][0]["unavailable"] = json!({"holographicUtilization": "eclipsed"});
    message["gpus"][0]["state"] = json!("dreaming");
    message["gpus"][0]["limiters"] = json!(["gravity"]);
    let snapshot: Snapshot = serde_json::from_value(message).unwrap();
    assert_eq!(snapshot.gpus[0].state, GpuState::Unreadable);
    assert_eq!(snapshot.gpus[0].limiters, Some(vec![Limiter::Other]));
    assert_eq!(snapshot.gpus[0].unavailable[&Metric::Other], Reason::Error);
}
