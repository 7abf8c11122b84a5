//! Calls into the driver that do not come back.

use std::{thread, time::Duration};

use super::*;

/// As long as the test wants: a scenario that is replaced ends no delay.
const HANG_MS: u64 = 4000;

#[test]
fn a_call_hangs_and_everything_else_lives() {
    let mut machine = Machine::start(&Parts { nvml: Some(two()), ..Parts::default() });
    machine.until("before", WELL);
    let threads = machine.threads();
    let (_, last) = machine.json("/api/snapshot");
    machine.nvml(&second("delaysMs", json!({"nvmlDeviceGetTemperature": HANG_MS})));
    machine.until(
        "during",
        View {
            status: "stale",
            page: &["It has not answered for"],
            event: Some(("source", "NVML does not answer: a call into the driver hangs")),
            ..WELL
        },
    );
    machine.nvml(&two());
    // What is shown is of before, and says so.
    let (_, stale) = machine.json("/api/snapshot");
    assert!(stale["timestamp"].as_str() >= last["timestamp"].as_str());
    let (_, again) = machine.json("/api/snapshot");
    assert_eq!(stale["timestamp"], again["timestamp"]);
    assert!(machine.threads() <= threads, "{} threads instead of {threads}", machine.threads());
    machine.until("after", View { event: Some(("source", "NVML answers again after")), ..WELL });
    assert_eq!(machine.threads(), threads);
}

#[test]
fn opening_hangs_and_nvidia_smi_is_not_held_up() {
    let parts = Parts {
        nvml: Some(json!({"init": {"delayMs": 30_000}})),
        smi: Some(json!({"listings": ["v13.xml"]})),
        flags: &["--poll-interval-ms=1000"],
        ..Parts::default()
    };
    let machine = Machine::start(&parts);
    // Before the first sample there is nothing to show, but everything answers.
    let (code, health) = machine.json("/api/health");
    assert_eq!((code, &health["status"]), (503, &json!("stale")));
    assert_eq!(machine.get("/").0, 200);
    machine.until(
        "during",
        View {
            status: "degraded",
            provider: "nvidia_smi",
            states: &["ok", "ok"],
            page: &["has not answered for 10 s"],
            event: None,
            values: &[],
        },
    );
    let threads = machine.threads();
    thread::sleep(Duration::from_millis(500));
    assert_eq!(machine.threads(), threads);
    machine.until("after", WELL);
}
