//! nvtop in trouble, as the only source that there is.

use super::*;

fn nvtop(scenario: Value) -> Parts {
    Parts {
        nvtop: Some(scenario),
        flags: &["--telemetry-provider=nvtop", "--poll-interval-ms=500"],
        ..Parts::default()
    }
}

fn healthy() -> Value {
    json!({"listings": ["3.3.2.json"]})
}

const FINE: View = View {
    status: "ok",
    provider: "nvtop",
    states: &["ok", "ok"],
    page: &["(set)"],
    event: None,
    values: &[],
};
const GONE: View = View {
    status: "stale",
    provider: "",
    states: &["unreadable", "unreadable"],
    page: &[],
    event: None,
    values: &[],
};
const NOTHING: View = View { states: &[], ..GONE };
const BACK: View = View { event: Some(("source", "nvtop answers again after")), ..FINE };

fn heals(machine: &mut Machine) {
    machine.nvtop().play(&healthy());
}

/// Ends the child that runs; a new one does this.
fn restart(machine: &mut Machine, scenario: &Value) {
    machine.nvtop().play(scenario);
    machine.nvtop().kill();
}

#[test]
fn is_killed() {
    Fault {
        parts: nvtop(healthy()),
        before: FINE,
        breaks: |machine| restart(machine, &healthy()),
        during: BACK,
        mends: |_| {},
        after: FINE,
    }
    .happens();
}

#[test]
fn is_too_old() {
    Fault {
        parts: nvtop(json!({"version": "nvtop version 3.1.0"})),
        before: View { page: &["nvtop 3.1.0 is too old"], ..NOTHING },
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: View { event: Some(("source", "nvtop answers and lists 2 GPUs")), ..FINE },
    }
    .happens();
}

#[test]
fn crashes_in_the_middle_of_a_listing() {
    Fault {
        parts: nvtop(healthy()),
        before: FINE,
        breaks: |machine| {
            restart(
                machine,
                &json!({"listings": ["3.3.2.json"], "truncate": 200, "endAfter": 1, "code": 139}),
            );
        },
        during: View { event: Some(("source", "nvtop stopped answering")), ..GONE },
        mends: heals,
        after: BACK,
    }
    .happens();
}

#[test]
fn falls_silent() {
    Fault {
        parts: nvtop(healthy()),
        before: FINE,
        breaks: |machine| restart(machine, &json!({"listings": ["3.3.2.json"], "hangAfter": 1})),
        // It is started again, and again.
        during: View { event: Some(("source", "nvtop stopped answering")), ..FINE },
        mends: heals,
        after: FINE,
    }
    .happens();
}

#[test]
fn prints_something_else() {
    Fault {
        parts: nvtop(json!({"garbage": "[\n  {\n   \"device_name\": nonsense\n  }\n]\n"})),
        before: NOTHING,
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: FINE,
    }
    .happens();
}

#[test]
fn is_not_installed_yet() {
    let machine = Machine::start(&nvtop(healthy()));
    machine.until("before", FINE);
    machine.nvtop().install(false);
    machine.nvtop().kill();
    machine.until("during", View { page: &["nvtop is not installed"], ..GONE });
    machine.nvtop().install(true);
    machine.until("after", BACK);
}

#[test]
fn stands_in_for_a_driver_that_is_gone_and_the_cards_stay_the_same() {
    const SAME: &[(&str, &str)] = &[("/gpus/0/uuid", "\"GPU-0\"")];
    let gpus = || json!({"gpus": [{"uuid": "GPU-0", "name": "NVIDIA GeForce RTX 7070"}]});
    let well = View { status: "ok", provider: "nvml", states: &["ok"], values: SAME, ..View::default() };
    let mut machine = Machine::start(&Parts {
        nvml: Some(gpus()),
        nvtop: Some(json!({"listings": ["3.2.0.json"], "version": "nvtop version 3.2.0"})),
        ..Parts::default()
    });
    machine.until("before", well);
    machine.nvml(&no_driver(9));
    // It knows no UUIDs, and of a GPU of another maker besides.
    machine.until(
        "during",
        View {
            status: "degraded",
            provider: "nvtop",
            states: &["ok", "ok"],
            page: &["The NVIDIA driver is not loaded", "AMD Radeon RX 9900 XT"],
            event: Some(("source", "nvtop stands in for NVML")),
            values: SAME,
        },
    );
    machine.nvml(&gpus());
    machine.until("after", well);
}

/// An nvtop that lists this, beside a driver that is unloaded under the server.
fn stays_while_the_driver_is_gone(nvtop: Value, during: View) {
    const SAME: &[(&str, &str)] = &[("/gpus/0/uuid", "\"GPU-0\"")];
    let gpus = || json!({"gpus": [{"uuid": "GPU-0", "name": "NVIDIA GeForce RTX 7070"}]});
    let well = View { status: "ok", provider: "nvml", states: &["ok"], values: SAME, ..View::default() };
    let mut machine = Machine::start(&Parts { nvml: Some(gpus()), nvtop: Some(nvtop), ..Parts::default() });
    machine.until("before", well);
    machine.nvml(&no_driver(9));
    machine.until("during", during);
    machine.nvml(&gpus());
    machine.until("after", well);
    let (_, snapshot) = machine.json("/api/snapshot");
    let wrong = |event: &&Value| event["kind"] == "added" || event["kind"] == "removed";
    let events = snapshot["events"].as_array().unwrap();
    assert_eq!(events.iter().find(wrong), None);
}

#[test]
fn lists_only_others_while_the_driver_is_gone() {
    stays_while_the_driver_is_gone(
        json!({"listings": ["amd-apu.json"]}),
        View {
            status: "degraded",
            provider: "nvtop",
            states: &["ok", "unreadable"],
            page: &["NVIDIA GeForce RTX 7070", "The NVIDIA driver is not loaded"],
            event: Some(("lost", "GPU 1 (NVIDIA GeForce RTX 7070) cannot be read")),
            values: &[("/gpus/1/uuid", "\"GPU-0\"")],
        },
    );
}

#[test]
fn lists_nothing_while_the_driver_is_gone() {
    stays_while_the_driver_is_gone(
        json!({"say": "No GPU to monitor."}),
        View {
            states: &["unreadable"],
            page: &["NVIDIA GeForce RTX 7070", "The NVIDIA driver is not loaded"],
            event: Some(("source", "NVML stopped answering")),
            values: &[("/gpus/0/uuid", "\"GPU-0\"")],
            ..GONE
        },
    );
}
