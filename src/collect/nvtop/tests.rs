//! The parser against listings of all layouts, and against what comes of them when
//! they are damaged.

mod captures;
mod damage;

use std::{fs, path::Path};

use super::{version::Version, *};
use crate::telemetry::{Metric, ProcessKind, ProcessMetric, Reason};

const LATEST: Version = Version(3, 3, 2);

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/nvtop");
    fs::read(folder.join(name)).unwrap()
}

fn parsed(name: &str, version: Version) -> Vec<Gpu> {
    let gpus = listing::parse(&fixture(name), version).unwrap();
    check(&gpus);
    gpus
}

/// Every value that is missing has a reason, no other value has one, and no text
/// has control characters.
fn check(gpus: &[Gpu]) {
    for (place, gpu) in gpus.iter().enumerate() {
        assert_eq!((gpu.id as usize, gpu.key()), (place, format!("#{place}")));
        for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
            assert_ne!(gpu.has(*metric), gpu.unavailable.contains_key(metric), "{metric:?} of {gpu:?}");
        }
        assert!(gpu.processes.is_empty() || gpu.has(Metric::Processes));
        assert_eq!(gpu.state == GpuState::Ok, gpu.state_detail.is_none());
        assert!(!gpu.memory_used_with_reserved || gpu.memory_used.is_some());
        let json = serde_json::to_value(gpu).unwrap();
        for process in json["processes"].as_array().unwrap() {
            for (name, value) in process.as_object().unwrap().iter().filter(|(name, _)| *name != "type") {
                assert_eq!(
                    value.is_null(),
                    process["unavailable"].get(name).is_some(),
                    "{name} of {process}"
                );
                assert!(!value.as_str().unwrap_or_default().contains(char::is_control), "{process}");
            }
        }
        for share in [gpu.utilization, gpu.encoder_utilization, gpu.decoder_utilization] {
            assert!(share.is_none_or(|share| share <= 100));
        }
        // What nvtop calls that is a share of space, not of time.
        assert_eq!(gpu.memory_utilization, None);
        assert!(!gpu.name.as_deref().unwrap_or_default().contains(char::is_control));
    }
}

#[test]
fn the_first_layout_knows_neither_memory_nor_processes() {
    let gpus = parsed("3.2.0.json", Version(3, 2, 0));
    assert_eq!(gpus[0].unavailable[&Metric::Processes], Reason::NotReported);
    assert_eq!(gpus[0].unavailable[&Metric::MemoryTotal], Reason::NotReported);
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn the_broken_layout_is_repaired_and_its_wrong_memory_left_out() {
    let gpus = parsed("3.3.0.json", Version(3, 3, 0));
    assert_eq!((gpus[0].memory_total, gpus[0].memory_used, gpus[0].memory_free), (None, None, None));
    assert_eq!(gpus[1].memory_total, Some(16384.0));
    let next = parsed("3.3.0.json", Version(3, 3, 1));
    assert!(next[0].memory_total.is_some() && next[0].memory_used_with_reserved);
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn the_newest_layout_has_processes() {
    let gpus = parsed("3.3.2.json", LATEST);
    let told: Vec<_> = gpus[0].processes.iter().map(|p| (p.pid, p.kind, p.used_memory)).collect();
    assert_eq!(
        told,
        [
            (4101, Some(ProcessKind::Compute), Some(6261.74)),
            (2210, Some(ProcessKind::Graphics), Some(300.0)),
            (3020, Some(ProcessKind::Both), Some(260.0)),
            (7, Some(ProcessKind::Both), None),
        ]
    );
    assert_eq!(gpus[0].processes[3].unavailable[&ProcessMetric::UsedMemory], Reason::NotReported);
    assert!(gpus[0].memory_used_with_reserved && !gpus[1].memory_used_with_reserved);
    assert!(gpus[1].has(Metric::Processes));
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn a_fan_in_turns_is_no_share_of_anything() {
    let gpus = parsed("intel.json", Version(3, 2, 0));
    assert_eq!(gpus[0].unavailable[&Metric::FanSpeed], Reason::NotReported);
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn a_gpu_in_the_processor_has_no_fan() {
    let gpus = parsed("amd-apu.json", LATEST);
    assert_eq!(gpus[0].unavailable[&Metric::FanSpeed], Reason::NotSupported);
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn one_engine_for_both_is_neither_encoder_nor_decoder() {
    let gpus = parsed("encode-decode.json", LATEST);
    assert_eq!((gpus[0].encoder_utilization, gpus[0].decoder_utilization), (None, None));
    assert_eq!(gpus[0].temperature, Some(45), "113 F");
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn any_bytes_in_names_and_commands_are_borne() {
    let gpus = parsed("bytes.json", LATEST);
    assert_eq!(gpus[0].name.as_deref(), Some("NVIDIA 24\" [Dev] Kit"));
    assert_eq!(gpus[0].processes[1].unavailable[&ProcessMetric::Command], Reason::NotReported);
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn a_gpu_of_which_nothing_is_known_cannot_be_read() {
    let gpus = parsed("nothing.json", LATEST);
    assert_eq!((gpus[0].state, gpus[0].name.as_ref()), (GpuState::Unreadable, None));
    assert_eq!(gpus[0].unavailable[&Metric::Name], Reason::NotReported);
}

#[test]
fn two_cards_that_say_the_same_stay_two() {
    assert_eq!(parsed("twins.json", LATEST).len(), 2);
}

#[test]
fn values_may_be_numbers_and_keys_unknown() {
    let text = br#"[{"device_name": 7, "temp": 45, "gpu_util": 12.0, "mem_total": 1073741824, "mem_used": "1048576",
        "power_draw": true, "fan_speed": {}, "news": [1], "processes": [{"pid": 5, "gpu_usage": 3}, {"pid": "-4"}, 6]}]"#;
    let gpus = listing::parse(text, LATEST).unwrap();
    check(&gpus);
    let gpu = &gpus[0];
    assert_eq!((gpu.name.as_deref(), gpu.temperature, gpu.utilization), (Some("7"), Some(45), Some(12)));
    assert_eq!((gpu.memory_total, gpu.memory_used), (Some(1024.0), Some(1.0)));
    assert_eq!(gpu.unavailable[&Metric::PowerUsage], Reason::Error);
    assert_eq!(gpu.processes.len(), 1);
    assert_eq!(gpu.processes[0].sm_utilization, Some(3));
}

#[test]
fn what_is_no_listing_is_refused() {
    for text in ["", "{}", "[", "[1]", "No GPU to monitor.", "[{}", "null", "[{\"a\" \"b\"}]"] {
        assert!(listing::parse(text.as_bytes(), LATEST).is_err(), "{text}");
    }
    assert_eq!(listing::parse(b"[\n]\n", LATEST), Ok(vec![]));
    let many = |count: usize| listing::parse(format!("[{}]", vec!["{}"; count].join(",")).as_bytes(), LATEST);
    assert!(many(1024).is_ok() && many(1025).is_err());
}

#[test]
fn more_than_all_memory_is_not_believed() {
    let text =
        br#"[{"mem_total": "100", "mem_used": "101", "mem_free": "7"}, {"mem_total": "0", "temp": "1C"}]"#;
    let gpus = listing::parse(text, LATEST).unwrap();
    assert_eq!(gpus[0].unavailable[&Metric::MemoryUsed], Reason::Error);
    assert_eq!(gpus[1].unavailable[&Metric::MemoryTotal], Reason::NotSupported);
}

#[test]
fn what_no_machine_has_is_not_believed() {
    let text = br#"[{"mem_total": "18446744073709551615", "mem_used": "18446744073709551614", "temp": "1C",
        "processes": [{"pid": "5", "gpu_mem_bytes_alloc": "18446744073709551614"}]}]"#;
    let gpus = listing::parse(text, LATEST).unwrap();
    check(&gpus);
    assert_eq!(gpus[0].unavailable[&Metric::MemoryTotal], Reason::Error);
    assert_eq!(gpus[0].unavailable[&Metric::MemoryUsed], Reason::Error);
    assert_eq!(gpus[0].processes[0].unavailable[&ProcessMetric::UsedMemory], Reason::Error);
}

#[test]
fn names_have_an_end() {
    let long = "x".repeat(100_000);
    let text = format!(
        r#"[{{"device_name": "{long}", "temp": "1C", "processes": [{{"pid": "5", "cmdline": "{long}", "user": "{long}"}}]}}]"#
    );
    let gpus = listing::parse(text.as_bytes(), LATEST).unwrap();
    let process = &gpus[0].processes[0];
    for (name, length) in [(&gpus[0].name, 256), (&process.name, 256), (&process.user, 256)] {
        assert_eq!(name.as_ref().map(String::len), Some(length));
    }
}

#[test]
fn a_user_who_is_called_by_nothing_is_not_reported() {
    let listing =
        br#"[{"temp": "1C", "processes": [{"pid": "5", "cmdline": "a", "user": " \u001b\u202e "}]}]"#;
    let gpus = listing::parse(listing, LATEST).unwrap();
    assert_eq!(gpus[0].processes[0].unavailable[&ProcessMetric::User], Reason::NotReported);
}
