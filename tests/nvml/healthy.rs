//! A GPU that tells everything.

use gpu_observatory::telemetry::{Gpu, Limiter, Metric, Reason};
use serde_json::{Value, json};

use super::Rig;

fn scenario() -> Value {
    json!({
        "name": "NVIDIA H200", "uuid": "GPU-11111111-2222-3333-4444-555555555555",
        "busId": "00000000:1B:00.0",
        "utilization": {"gpu": 91, "memory": 40},
        "encoder": 11, "decoder": 12, "jpeg": 13, "ofa": 14,
        "memory": {"totalMiB": 143_771, "usedMiB": 24576.5, "reservedMiB": 602},
        "temperature": 64, "memoryTemperature": 71,
        "thresholds": {"shutdown": 95, "slowdown": 92, "memoryMax": 105, "gpuMax": 87},
        "fans": [64, 101, 30],
        "powerMilliwatts": 652_345, "powerLimitMilliwatts": 690_000, "powerDefaultLimitMilliwatts": 680_000,
        "powerMinLimitMilliwatts": 200_000, "powerMaxLimitMilliwatts": 700_000,
        "enforcedPowerLimitMilliwatts": 650_000, "energyMillijoules": 123_456,
        "clocks": {"graphics": 1901, "sm": 1902, "memory": 3203, "video": 1504},
        "maxClocks": {"graphics": 1981, "sm": 1982, "memory": 3283, "video": 1584},
        "pstate": 2, "throttleReasons": "0x24",
        "pcie": {"gen": 4, "genMax": 5, "width": 8, "widthMax": 16,
            "txKBps": 52_000, "rxKBps": 31_000, "replay": 3},
        "nvlink": {"links": 18, "active": true, "inactive": [3]},
        "ecc": {"enabled": true, "volatileCorrected": 21, "volatileUncorrected": 22,
            "aggregateCorrected": 31, "aggregateUncorrected": 32},
        "remappedRows": {"correctable": 5, "uncorrectable": 6, "pending": true, "failure": false},
        "recoveryAction": 3, "mig": null
    })
}

#[test]
fn every_value_is_the_drivers() {
    let mut rig = Rig::new(&json!({
        "driverVersion": "580.65.06", "cudaVersion": 13_000, "gpus": [scenario()]
    }));
    let gpu = rig.read_one();
    let (energy, mut json) = (gpu.energy.unwrap(), serde_json::to_value(&gpu).unwrap());
    json.as_object_mut().unwrap().remove("energy");
    let expected = json!({
        "id": 0, "name": "NVIDIA H200", "uuid": "GPU-11111111-2222-3333-4444-555555555555",
        "pciBusId": "00000000:1B:00.0", "driverVersion": "580.65.06", "cudaVersion": 13_000,
        "state": "ok",
        "utilization": 91, "memoryUtilization": 40,
        "encoderUtilization": 11, "decoderUtilization": 12, "jpegUtilization": 13, "ofaUtilization": 14,
        "memoryUsed": 24576.5, "memoryTotal": 143_771.0, "memoryFree": 118_592.5, "memoryReserved": 602.0,
        "temperature": 64, "memoryTemperature": 71, "temperatureSlowdown": 92, "temperatureShutdown": 95,
        "fanSpeed": 101,
        "powerUsage": 652.3, "powerLimit": 650.0, "powerLimitDefault": 680.0, "powerLimitMax": 700.0,
        "clockGraphics": 1901, "clockSm": 1902, "clockMemory": 3203, "clockVideo": 1504,
        "clockGraphicsMax": 1981, "clockSmMax": 1982, "clockMemoryMax": 3283,
        "limiterShares": null, "recoveryAction": "drainP2p",
        "performanceState": 2, "limiters": ["powerCap", "thermalSoftware"],
        "pcieGeneration": 4, "pcieGenerationMax": 5, "pcieWidth": 8, "pcieWidthMax": 16, "pcieReplays": 3,
        "pcieTx": null, "pcieRx": null,
        "eccEnabled": true, "eccCorrected": 21, "eccUncorrected": 22,
        "remappedRows": 6, "remappingPending": true, "remappingFailed": false,
        "nvlinksActive": 17, "migEnabled": null,
        "processes": [],
        "unavailable": {"limiterShares": "pending", "pcieTx": "pending", "pcieRx": "pending", "migEnabled": "notSupported"}
    });
    assert_eq!(json, expected);
    // What was given, and what the GPU has drawn since the library began.
    assert!((123.456..100_000.0).contains(&energy), "{energy} J");
}

#[test]
fn traffic_is_the_difference_of_two_counts() {
    let counts = |sent: u64, received: u64| json!({"fields": {"197": sent, "198": received}});
    let mut rig = Rig::with_gpu(&counts(5_000_000_000, 7_000_000_000));
    rig.read();
    let gpu = rig.set_gpu(&counts(5_200_000_000, 7_100_000_000)).later(1).read_one();
    // Both over the same time, whatever it was.
    let (sent, received) = (gpu.pcie_tx.unwrap(), gpu.pcie_rx.unwrap());
    assert!(received > 0 && sent / 2 == received, "{sent} {received}");
    let gpu = rig.set_gpu(&json!({"fields": {"197": 1, "198": 1}})).later(1).read_one();
    assert_eq!(gpu.unavailable[&Metric::PcieTx], Reason::NotSupported, "a counter that wraps");
}

#[test]
fn nothing_that_holds_the_clock_back_is_an_answer() {
    let mut rig = Rig::with_gpu(&json!({"throttleReasons": 0}));
    assert_eq!(rig.read_one().limiters, Some(vec![]));
    let gpu = rig.set_gpu(&json!({"throttleReasons": "0x8000000000"})).read_one();
    assert_eq!(gpu.limiters, Some(vec![Limiter::Other]));
}

#[test]
fn sixty_four_gpus_are_told_apart() {
    let mut rig = Rig::new(&json!({"gpuCount": 64}));
    let gpus = rig.read();
    assert_eq!(gpus.iter().map(|gpu| gpu.id).collect::<Vec<_>>(), (0..64).collect::<Vec<_>>());
    let mut keys: Vec<_> = gpus.iter().map(Gpu::key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 64);
}

#[test]
fn no_gpus_are_an_answer() {
    assert_eq!(Rig::new(&json!({"gpus": []})).read(), []);
}

#[test]
fn one_odd_byte_does_not_cost_the_name() {
    let gpu = Rig::with_gpu(&json!({"nameBytes": [78, 86, 255, 73, 68]})).read_one();
    assert_eq!(gpu.name.as_deref(), Some("NV\u{fffd}ID"));
}

#[test]
fn a_dead_fan_does_not_hide_the_others() {
    let mut rig = Rig::with_gpu(&json!({"fans": [30, null]}));
    assert_eq!(rig.read_one().fan_speed, Some(30));
    let gpu = rig.set_gpu(&json!({"fans": []})).read_one();
    assert_eq!(gpu.unavailable[&Metric::FanSpeed], Reason::NotSupported);
}

#[test]
fn the_cuda_version_needs_no_libcuda() {
    let mut rig =
        Rig::new(&json!({"errors": {"nvmlSystemGetCudaDriverVersion_v2": 12}, "cudaVersion": 12_040}));
    assert_eq!(rig.read()[0].cuda_version, Some(12_040));
}

#[test]
fn an_unknown_performance_state_is_not_a_number() {
    let gpu = Rig::with_gpu(&json!({"pstate": 32})).read_one();
    assert_eq!(gpu.performance_state, None);
}
