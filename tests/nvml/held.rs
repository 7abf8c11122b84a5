//! How long limiters have held the clocks back, and what the driver advises.

use gpu_observatory::telemetry::{Gpu, Limiter, LimiterShares, Metric, Reason, RecoveryAction};
use serde_json::{Value, json};

use super::Rig;

/// Seconds of each limiter.
fn held(power: u64, heat: u64) -> Value {
    let nanoseconds = |seconds: u64| seconds * 1_000_000_000;
    json!({"violationNs": {
        "power": nanoseconds(power), "hardwareThermal": nanoseconds(heat), "softwareThermal": 5, "syncBoost": 7
    }})
}

fn shares(gpu: &Gpu) -> (u32, Vec<(Limiter, f64)>) {
    let LimiterShares { seconds, shares } = gpu.limiter_shares.clone().unwrap();
    // The time of a call that takes a moment is a moment later.
    (seconds, shares.into_iter().map(|(limiter, share)| (limiter, share.round())).collect())
}

#[test]
fn the_drivers_counters_tell_the_shares_of_the_last_minute() {
    for driver in ["570.148.08", "580.65.06", "580.95.05", "595.91.07"] {
        let with = |gpu: Value| json!({"driverVersion": driver, "gpus": [gpu]});
        let mut rig = Rig::new(&with(held(1000, 50)));
        assert_eq!(rig.read_one().unavailable[&Metric::LimiterShares], Reason::Pending);
        rig.fake.set(&with(held(1002, 51)));
        let gpu = rig.later(10).read_one();
        assert_eq!(shares(&gpu), (10, vec![(Limiter::PowerCap, 20.0), (Limiter::ThermalHardware, 10.0)]));
        rig.fake.set(&with(held(1032, 51)));
        let gpu = rig.later(30).read_one();
        assert_eq!(shares(&gpu), (40, vec![(Limiter::PowerCap, 80.0), (Limiter::ThermalHardware, 3.0)]));
    }
}

#[test]
fn a_driver_that_was_loaded_again_starts_anew() {
    let mut rig = Rig::with_gpu(&held(1000, 0));
    rig.read();
    rig.set_gpu(&held(1001, 0)).later(5).read();
    let gpu = rig.set_gpu(&held(0, 0)).later(5).read_one();
    assert_eq!(gpu.unavailable[&Metric::LimiterShares], Reason::Pending);
    let gpu = rig.set_gpu(&held(0, 0)).later(1).read_one();
    assert_eq!(shares(&gpu), (1, vec![]), "nothing held it back");
}

#[test]
fn an_old_driver_has_fewer_counters() {
    let old = |power: u64, thermal: u64| {
        let lacking = json!({
            "nvmlDeviceGetFieldValues/251": 3, "nvmlDeviceGetFieldValues/252": 3, "nvmlDeviceGetFieldValues/253": 3
        });
        json!({"violationNs": {"power": power, "thermal": thermal}, "errors": lacking})
    };
    let mut rig = Rig::with_gpu(&old(0, 0));
    rig.read();
    let gpu = rig.set_gpu(&old(0, 1_000_000_000)).later(2).read_one();
    assert_eq!(shares(&gpu), (2, vec![(Limiter::ThermalSoftware, 50.0)]));
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetViolationStatus")), 0);
}

#[test]
fn without_fields_another_call_counts() {
    let old =
        |power: u64| json!({"violationNs": {"power": power}, "errors": {"nvmlDeviceGetFieldValues": 13}});
    let mut rig = Rig::with_gpu(&old(0));
    rig.read();
    let gpu = rig.set_gpu(&old(1_000_000_000)).later(4).read_one();
    assert_eq!(shares(&gpu), (4, vec![(Limiter::PowerCap, 25.0)]));
}

#[test]
fn what_is_not_counted_is_not_guessed() {
    let gpu = json!({"violationNs": null, "throttleReasons": "0x4"});
    let mut rig = Rig::with_gpu(&gpu);
    for _ in 0..3 {
        let gpu = rig.later(1).read_one();
        assert_eq!(gpu.unavailable[&Metric::LimiterShares], Reason::NotSupported);
        assert_eq!(gpu.limiters, Some(vec![Limiter::PowerCap]));
    }
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetViolationStatus")), 3, "and not asked for each time");
}

#[test]
fn one_counter_that_fails_costs_the_shares_and_no_more() {
    let mut rig = Rig::with_gpu(&held(0, 0));
    rig.read();
    rig.later(1).read();
    let mut failing = held(9, 0);
    failing["errors"] = json!({"nvmlDeviceGetFieldValues/74": 999});
    let gpu = rig.set_gpu(&failing).later(5).read_one();
    assert_eq!(gpu.unavailable[&Metric::LimiterShares], Reason::Error);
    let gpu = rig.set_gpu(&held(3, 0)).later(4).read_one();
    assert_eq!(shares(&gpu), (10, vec![(Limiter::PowerCap, 30.0)]), "and is made up for");
}

#[test]
fn the_driver_advises() {
    for (code, action) in [
        (0, RecoveryAction::None),
        (1, RecoveryAction::Reset),
        (2, RecoveryAction::Reboot),
        (3, RecoveryAction::DrainP2p),
        (4, RecoveryAction::DrainAndReset),
        (9, RecoveryAction::Other),
    ] {
        let mut rig = Rig::with_gpu(&json!({}));
        assert_eq!(rig.read_one().recovery_action, Some(RecoveryAction::None));
        let gpu = rig.set_gpu(&json!({"recoveryAction": code})).later(5).read_one();
        assert_eq!(gpu.recovery_action, Some(action));
    }
    let gpu = Rig::with_gpu(&json!({"recoveryAction": null})).read_one();
    assert_eq!(gpu.unavailable[&Metric::RecoveryAction], Reason::NotSupported);
}
