//! Memory, as the different drivers tell it.

use std::fs;

use gpu_observatory::telemetry::{GpuState, Metric, Reason};
use serde_json::{Value, json};

use super::Rig;

fn gpu() -> Value {
    json!({"memory": {"totalMiB": 81559, "usedMiB": 479, "reservedMiB": 59}})
}

#[test]
fn the_second_version_does_not_count_the_reserved_as_used() {
    let gpu = Rig::with_gpu(&gpu()).read_one();
    assert_eq!((gpu.memory_used, gpu.memory_reserved), (Some(479.0), Some(59.0)));
    assert_eq!((gpu.memory_total, gpu.memory_free), (Some(81559.0), Some(81021.0)));
    assert!(!gpu.memory_unified);
}

#[test]
fn an_old_driver_cannot_tell_the_reserved_apart() {
    let mut rig = Rig::new(&json!({"noMemoryV2": true, "gpus": [gpu()]}));
    for _ in 0..3 {
        let gpu = rig.later(1).read_one();
        assert_eq!(gpu.memory_used, Some(538.0));
        assert_eq!((gpu.memory_total, gpu.memory_free), (Some(81559.0), Some(81021.0)));
        assert_eq!(gpu.unavailable[&Metric::MemoryReserved], Reason::NotSupported);
    }
    // Known by now, and not asked for each time.
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetMemoryInfo_v2")), 1);
}

#[test]
fn what_is_known_to_be_reserved_is_taken_off() {
    let mut rig = Rig::with_gpu(&gpu());
    rig.read();
    for code in [25, 999] {
        let mut failing = gpu();
        failing["errors"] = json!({"nvmlDeviceGetMemoryInfo_v2": code});
        let gpu = rig.set_gpu(&failing).later(1).read_one();
        assert_eq!((gpu.memory_used, gpu.memory_reserved), (Some(479.0), Some(59.0)), "{code}");
    }
    // Half a minute later the better call is tried again.
    rig.set_gpu(&gpu()).later(30).read();
    let before = rig.fake.calls(Some("nvmlDeviceGetMemoryInfo"));
    rig.later(1).read();
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetMemoryInfo")), before);
}

#[test]
fn a_driver_that_is_busy_is_not_asked_twice() {
    let mut failing = gpu();
    failing["errors"] = json!({"nvmlDeviceGetMemoryInfo_v2": 10});
    let mut rig = Rig::with_gpu(&failing);
    let gpu = rig.read_one();
    assert_eq!(gpu.unavailable[&Metric::MemoryUsed], Reason::Timeout);
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetMemoryInfo")), 0);
}

#[test]
fn a_gpu_without_memory_shows_the_hosts() {
    let total: u64 = fs::read_to_string("/proc/meminfo")
        .unwrap()
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok())
        .unwrap();
    for memory in [json!(null), json!({"totalMiB": 0, "usedMiB": 0, "reservedMiB": 0})] {
        let mut rig = Rig::with_gpu(&json!({"memory": memory}));
        for _ in 0..2 {
            let gpu = rig.later(1).read_one();
            assert!(gpu.memory_unified);
            #[expect(clippy::cast_precision_loss)]
            let expected = total as f64 / 1024.0;
            assert!((gpu.memory_total.unwrap() - expected).abs() < 0.01);
            let (used, free) = (gpu.memory_used.unwrap(), gpu.memory_free.unwrap());
            assert!(used > 0.0 && (used + free - expected).abs() < 0.05);
            assert_eq!(gpu.unavailable[&Metric::MemoryReserved], Reason::NotSupported);
            // Such a GPU is on no link, whatever its driver says.
            assert_eq!(gpu.unavailable[&Metric::PcieWidth], Reason::NotSupported);
        }
        assert_eq!(rig.fake.calls(Some("nvmlDeviceGetMemoryInfo_v2")), 1);
    }
}

#[test]
fn a_gpu_that_answers_nothing_does_not_get_the_hosts_memory() {
    let gpu = Rig::with_gpu(&json!({"memory": null, "utilization": null})).read_one();
    assert_eq!((gpu.memory_total, gpu.memory_unified), (None, false));
    assert_eq!(gpu.unavailable[&Metric::MemoryUsed], Reason::NotSupported);
    assert_eq!(gpu.state, GpuState::Ok);
}
