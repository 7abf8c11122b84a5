//! What other clients rely on.

use gpu_observatory::telemetry::{Gpu, Process};
use serde::Deserialize;
use serde_json::Value;

use crate::script::{Running, Script, next_text};

/// The message as clients of the first version of this format know it.
#[derive(Deserialize)]
struct OldMessage {
    timestamp: String,
    gpus: Vec<OldGpu>,
    system: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OldGpu {
    id: u32,
    name: String,
    uuid: String,
    utilization: Option<f64>,
    memory_used: Option<f64>,
    memory_total: Option<f64>,
    temperature: Option<f64>,
    fan_speed: Option<f64>,
    processes: Vec<OldProcess>,
}

#[derive(Deserialize)]
struct OldProcess {
    pid: u32,
    name: Option<String>,
    #[serde(rename = "usedMemoryMiB")]
    used_memory: Option<f64>,
}

fn gpu() -> Gpu {
    let process =
        Process { pid: 3311, name: Some("python".into()), used_memory: Some(17278.0), ..Process::default() };
    Gpu {
        name: Some("NVIDIA GeForce RTX 3090".into()),
        uuid: Some("GPU-1".into()),
        utilization: Some(100),
        memory_used: Some(17738.1),
        memory_total: Some(24576.0),
        temperature: Some(63),
        processes: vec![process],
        ..Gpu::default()
    }
}

#[tokio::test]
async fn a_client_of_the_first_format_reads_every_message() {
    let server = Running::start(Script::gpus(vec![gpu()]), &["--poll-interval-ms=100"]).await;
    let mut socket = server.connect().await;
    for _ in 0..2 {
        let message: OldMessage = serde_json::from_str(&next_text(&mut socket).await).unwrap();
        assert!(message.timestamp.ends_with('Z') && message.timestamp.len() == 27, "{}", message.timestamp);
        assert!(message.system.is_none());
        let gpu = &message.gpus[0];
        assert_eq!((gpu.id, gpu.name.as_str(), gpu.uuid.as_str()), (0, "NVIDIA GeForce RTX 3090", "GPU-1"));
        assert_eq!(gpu.utilization, Some(100.0));
        assert_eq!((gpu.memory_used, gpu.memory_total), (Some(17738.1), Some(24576.0)));
        assert_eq!((gpu.temperature, gpu.fan_speed), (Some(63.0), None));
        let process = &gpu.processes[0];
        assert_eq!((process.pid, process.name.as_deref()), (3311, Some("python")));
        assert_eq!(process.used_memory, Some(17278.0));
    }
}

#[tokio::test]
async fn unknown_values_are_null_under_the_contracts_names() {
    let server = Running::start(Script::gpus(vec![Gpu::default()]), &[]).await;
    let message: Value = serde_json::from_str(&next_text(&mut server.connect().await).await).unwrap();
    for key in [
        "name",
        "uuid",
        "utilization",
        "memoryUsed",
        "memoryTotal",
        "memoryFree",
        "temperature",
        "powerUsage",
        "powerLimit",
        "fanSpeed",
        "encoderUtilization",
        "decoderUtilization",
        "driverVersion",
        "cudaVersion",
    ] {
        assert_eq!(message["gpus"][0].get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(message["gpus"][0]["processes"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn rest_tells_what_the_socket_tells() {
    let server =
        Running::start(Script::gpus(vec![gpu()]), &["--poll-interval-ms=250", "--ws-max-rate-hz=3"]).await;
    let mut socket = server.connect().await;
    let hello: Value = serde_json::from_str(&next_text(&mut socket).await).unwrap();
    let (code, body) = server.get("/api/snapshot").await;
    let snapshot: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(code, 200);
    assert_eq!(snapshot["gpus"], hello["gpus"]);
    let (code, health) = server.health().await;
    assert_eq!(code, 200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["pollIntervalMs"], 250);
    assert_eq!(health["provider"], "nvml");
    assert_eq!(health["timestamp"].as_str().unwrap().len(), 27);
    let (code, config) = server.get("/api/config").await;
    assert_eq!(code, 200);
    let config: Value = serde_json::from_str(&config).unwrap();
    assert_eq!(config["pollIntervalMs"], 250);
    assert_eq!(config["maxBroadcastHz"], 3);
    assert_eq!(config["provider"], "nvml");
    assert_eq!(config["enableSystemMetrics"], false);
    assert_eq!(server.get("/nothing").await.0, 404);
}
