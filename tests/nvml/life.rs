//! GPUs that come, go, die and come back; values that are read now and then.

use gpu_observatory::telemetry::{Gpu, GpuState, Metric, Reason};
use serde_json::{Value, json};

use super::Rig;

fn keys(gpus: &[Gpu]) -> Vec<String> {
    gpus.iter().map(Gpu::key).collect()
}

fn three() -> Value {
    json!({"gpus": [
        {"uuid": "GPU-a", "temperature": 50}, {"uuid": "GPU-b", "temperature": 51},
        {"uuid": "GPU-c", "temperature": 52}
    ]})
}

#[test]
fn a_gpu_is_lost_and_comes_back() {
    let mut rig = Rig::new(&three());
    let sound = rig.read().remove(1);
    let mut lost = three();
    lost["gpus"][1]["lostAt"] = json!(0);
    rig.fake.set(&lost);
    let mut since = None;
    for _ in 0..3 {
        let gpu = rig.later(1).read().remove(1);
        assert_eq!(gpu.state, GpuState::Lost);
        assert_eq!((&gpu.name, &gpu.uuid), (&sound.name, &sound.uuid), "it is known who was lost");
        assert_eq!(gpu.unavailable[&Metric::Temperature], Reason::Lost);
        assert_eq!(gpu.unavailable[&Metric::EccCorrected], Reason::Lost, "also what is read seldom");
        assert_eq!(*since.get_or_insert(gpu.state_since), gpu.state_since, "since it began");
    }
    rig.fake.set(&three());
    let back = rig.later(1).read().remove(1);
    assert_eq!((back.state, back.temperature), (GpuState::Ok, Some(51)));
    assert_eq!(back.ecc_corrected, sound.ecc_corrected, "at once, not half a minute later");
    assert_eq!(back.unavailable, sound.unavailable);
}

#[test]
fn a_lost_gpu_costs_one_call() {
    let mut rig = Rig::new(&json!({"gpus": [{}]}));
    rig.read();
    rig.set_gpu(&json!({"lostAt": 0})).later(1).read();
    let before = rig.calls();
    rig.later(60).read();
    // How many GPUs there are, and whether this one is back.
    assert_eq!(rig.calls() - before, 2);
}

#[test]
fn gpus_are_added_and_removed() {
    let mut rig = Rig::new(&three());
    assert_eq!(keys(&rig.read()), ["GPU-a", "GPU-b", "GPU-c"]);
    let mut fewer = three();
    fewer["gpus"].as_array_mut().unwrap().remove(1);
    rig.fake.set(&fewer);
    let gpus = rig.later(1).read();
    assert_eq!(keys(&gpus), ["GPU-a", "GPU-c"]);
    assert_eq!(gpus[1].id, 1, "it moved up");
    assert_eq!(gpus[1].temperature, Some(52));
    rig.fake.set(&three());
    assert_eq!(keys(&rig.later(1).read()), ["GPU-a", "GPU-b", "GPU-c"]);
    rig.fake.set(&json!({"gpus": []}));
    assert_eq!(rig.later(1).read(), []);
}

#[test]
fn a_gpu_in_trouble_keeps_its_name_while_others_go() {
    let mut rig = Rig::new(&three());
    rig.read();
    let mut fewer = three();
    fewer["gpus"].as_array_mut().unwrap().pop();
    fewer["gpus"][1]["lostAt"] = json!(0);
    rig.fake.set(&fewer);
    let gpus = rig.later(1).read();
    assert_eq!(keys(&gpus), ["GPU-a", "GPU-b"]);
    assert_eq!(gpus[1].state, GpuState::Lost);
}

#[test]
fn another_gpu_in_the_same_place_is_another_gpu() {
    let mut rig = Rig::with_gpu(&json!({"uuid": "GPU-old", "name": "Old"}));
    rig.read();
    rig.set_gpu(&json!({"uuid": "GPU-old", "name": "Old", "lostAt": 0})).later(1).read();
    let gpu = rig.set_gpu(&json!({"uuid": "GPU-new", "name": "New"})).later(1).read_one();
    assert_eq!((gpu.key(), gpu.name.as_deref()), ("GPU-new".into(), Some("New")));
}

#[test]
fn gpus_that_moved_up_are_found_where_they_are() {
    let gpu = |uuid: &str| json!({"uuid": uuid});
    let mut rig = Rig::new(&json!({"gpus": [gpu("GPU-a"), gpu("GPU-b"), gpu("GPU-c")]}));
    rig.read();
    let lost = json!({"uuid": "GPU-b", "lostAt": 0});
    rig.fake.set(&json!({"gpus": [gpu("GPU-a"), lost, gpu("GPU-c")]}));
    rig.later(1).read();
    // One went and another came between two samples: there are as many as before.
    rig.fake.set(&json!({"gpus": [gpu("GPU-a"), gpu("GPU-c"), gpu("GPU-d")]}));
    rig.later(2).read();
    let keys: Vec<_> = rig.later(1).read().iter().map(Gpu::key).collect();
    assert_eq!(keys, ["GPU-a", "GPU-c", "GPU-d"]);
    let looked = rig.fake.calls(Some("nvmlDeviceGetHandleByIndex_v2"));
    rig.later(1).read();
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetHandleByIndex_v2")), looked, "once is enough");
}

/// The value of a scenario's GPU at a time, read by a source that began at 0.
fn moves(before: &Value, after: &Value, seconds: u64, value: impl Fn(&Gpu) -> bool) -> bool {
    let mut rig = Rig::with_gpu(before);
    rig.read();
    value(&rig.set_gpu(after).later(seconds).read_one())
}

#[test]
fn every_kind_of_value_has_its_pace() {
    let fast = |gpu: &Gpu| gpu.temperature == Some(7);
    assert!(moves(&json!({}), &json!({"temperature": 7}), 1, fast));
    let link = |gpu: &Gpu| gpu.pcie_generation == Some(1);
    assert!(!moves(&json!({}), &json!({"pcie": {"gen": 1}}), 4, link));
    assert!(moves(&json!({}), &json!({"pcie": {"gen": 1}}), 5, link));
    let limit = |gpu: &Gpu| gpu.power_limit == Some(300.0);
    assert!(moves(&json!({}), &json!({"enforcedPowerLimitMilliwatts": 300_000}), 5, limit));
    let slow = |gpu: &Gpu| gpu.ecc_corrected == Some(9);
    assert!(!moves(&json!({}), &json!({"ecc": {"volatileCorrected": 9}}), 29, slow));
    assert!(moves(&json!({}), &json!({"ecc": {"volatileCorrected": 9}}), 30, slow));
}

#[test]
fn what_was_not_supported_is_asked_for_again_half_a_minute_later() {
    let came = |gpu: &Gpu| gpu.temperature == Some(7);
    assert!(!moves(&json!({"temperature": null}), &json!({"temperature": 7}), 29, came));
    assert!(moves(&json!({"temperature": null}), &json!({"temperature": 7}), 30, came));
}

#[test]
fn what_failed_is_asked_for_again_at_once() {
    let errors = json!({"errors": {"nvmlDeviceGetTotalEccErrors": 999, "nvmlDeviceGetName": 999}});
    assert!(moves(&errors, &json!({}), 1, |gpu| gpu.ecc_corrected == Some(0) && gpu.name.is_some()));
    let was = Rig::with_gpu(&errors).read_one();
    assert_eq!(was.unavailable[&Metric::EccCorrected], Reason::Error);
}

#[test]
fn a_permission_that_is_granted_counts_at_once() {
    let mut rig = Rig::with_gpu(&json!({"errors": {"nvmlDeviceGetHandleByIndex_v2": 4}}));
    assert_eq!(rig.read_one().unavailable[&Metric::Name], Reason::NoPermission);
    let gpu = rig.set_gpu(&json!({})).later(1).read_one();
    assert_eq!(gpu.state, GpuState::Ok);
    assert!(gpu.name.is_some() && gpu.temperature.is_some() && gpu.ecc_corrected.is_some());
}

#[test]
fn a_denial_in_between_is_forgotten() {
    let mut rig = Rig::with_gpu(&json!({"uuid": "GPU-a"}));
    let before = rig.read_one();
    rig.set_gpu(&json!({"uuid": "GPU-a", "lostAt": 0})).later(1).read();
    let denied = json!({"uuid": "GPU-a", "errors": {"nvmlDeviceGetHandleByIndex_v2": 4}});
    assert_eq!(rig.set_gpu(&denied).later(1).read_one().state, GpuState::Unreadable);
    let gpu = rig.set_gpu(&json!({"uuid": "GPU-a"})).later(2).read_one();
    assert_eq!(gpu.unavailable, before.unavailable);
}

#[test]
fn one_bad_gpu_of_eight_is_looked_for_ever_less_often() {
    let bad = json!({"errors": {"nvmlDeviceGetUUID": 999, "nvmlDeviceGetHandleByIndex_v2": 999}});
    let with = |last: &Value| {
        let mut gpus = vec![json!({}); 7];
        gpus.push(last.clone());
        json!({"gpus": gpus})
    };
    let mut rig = Rig::new(&with(&json!({})));
    rig.read();
    let mut broken = bad.clone();
    broken["errors"]["nvmlDeviceGetUtilizationRates"] = json!(16);
    rig.fake.set(&with(&broken));
    let looks = |rig: &Rig| rig.fake.calls(Some("nvmlDeviceGetHandleByIndex_v2"));
    let before = looks(&rig);
    for _ in 0..120 {
        let gpus = rig.later(1).read();
        assert!(gpus[..7].iter().all(|gpu| gpu.state == GpuState::Ok && gpu.temperature.is_some()));
        assert!(gpus[7].state != GpuState::Ok && gpus[7].state_detail.is_some());
        assert_eq!(gpus[7].temperature, None);
    }
    // After 1, 3, 7, 15, 31, 61, 91 seconds, more or less.
    assert!((6..10).contains(&(looks(&rig) - before)), "{}", looks(&rig) - before);
    rig.fake.set(&with(&json!({})));
    assert_eq!(rig.later(30).read()[7].state, GpuState::Ok);
}
