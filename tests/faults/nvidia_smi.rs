//! nvidia-smi in trouble, as the only source that there is.

use super::*;

fn smi(scenario: Value) -> Parts {
    Parts {
        smi: Some(scenario),
        flags: &["--telemetry-provider=nvidia_smi", "--poll-interval-ms=1000"],
        ..Parts::default()
    }
}

fn healthy() -> Value {
    json!({"listings": ["v13.xml"]})
}

const FINE: View = View {
    status: "ok",
    provider: "nvidia_smi",
    states: &["ok", "ok"],
    page: &["NVIDIA X500 80GB", "GPU_MONITOR_TELEMETRY_PROVIDER"],
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

fn heals(machine: &mut Machine) {
    machine.smi().play(&healthy());
}

/// Ends the child that runs; a new one does this.
fn restart(machine: &mut Machine, scenario: &Value) {
    machine.smi().play(scenario);
    machine.smi().kill();
}

#[test]
fn is_killed() {
    Fault {
        parts: smi(healthy()),
        before: FINE,
        breaks: |machine| {
            let before = machine.smi().starts().len();
            restart(machine, &healthy());
            machine.when("another child is started", |machine| machine.smi().starts().len() > before);
        },
        during: FINE,
        mends: |_| {},
        after: View { event: Some(("source", "nvidia-smi answers again after")), ..FINE },
    }
    .happens();
}

#[test]
fn says_that_the_driver_is_not_loaded() {
    Fault {
        parts: smi(healthy()),
        before: FINE,
        breaks: |machine| {
            let say = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
            restart(machine, &json!({"say": say, "code": 9}));
        },
        during: View {
            page: &["The NVIDIA driver is not loaded"],
            event: Some(("source", "nvidia-smi stopped answering")),
            ..GONE
        },
        mends: heals,
        after: View { event: Some(("source", "nvidia-smi answers again after")), ..FINE },
    }
    .happens();
}

#[test]
fn has_another_version_than_the_driver() {
    Fault {
        parts: smi(json!({"say": "Failed to initialize NVML: Driver/library version mismatch", "code": 18})),
        before: View { page: &["have different versions"], ..NOTHING },
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: View { event: Some(("source", "nvidia-smi answers and lists 2 GPUs")), ..FINE },
    }
    .happens();
}

#[test]
fn lost_its_access_in_a_container() {
    Fault {
        parts: smi(json!({"say": "Failed to initialize NVML: Unknown Error", "code": 255})),
        before: View { page: &["unknown error"], ..NOTHING },
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: FINE,
    }
    .happens();
}

#[test]
fn prints_something_else() {
    Fault {
        parts: smi(healthy()),
        before: FINE,
        breaks: |machine| {
            restart(machine, &json!({"garbage": "<nvidia_smi_log>\n<gpu></nope>\n</nvidia_smi_log>\n"}));
        },
        during: View { event: Some(("source", "nvidia-smi stopped answering")), ..GONE },
        mends: heals,
        after: FINE,
    }
    .happens();
}

#[test]
fn prints_half_a_listing_and_ends() {
    Fault {
        parts: smi(healthy()),
        before: FINE,
        breaks: |machine| {
            restart(machine, &json!({"listings": ["v13.xml"], "truncate": 3000, "endAfter": 1}));
        },
        during: GONE,
        mends: heals,
        after: FINE,
    }
    .happens();
}

#[test]
fn falls_silent() {
    Fault {
        parts: smi(healthy()),
        before: FINE,
        breaks: |machine| restart(machine, &json!({"listings": ["v13.xml"], "hangAfter": 1})),
        during: View { event: Some(("source", "nvidia-smi stopped answering")), ..GONE },
        mends: heals,
        after: FINE,
    }
    .happens();
}

#[test]
fn lists_a_gpu_that_is_lost() {
    Fault {
        parts: smi(json!({"listings": ["v13-three.xml"]})),
        before: View { states: &["ok", "ok", "ok"], ..FINE },
        breaks: |machine| machine.smi().play(&json!({"listings": ["v13-lost.xml"]})),
        during: View {
            status: "degraded",
            states: &["ok", "lost", "ok"],
            event: Some(("lost", "GPU 1 (NVIDIA X500 80GB) is lost")),
            ..FINE
        },
        mends: |machine| machine.smi().play(&json!({"listings": ["v13-three.xml"]})),
        after: View {
            states: &["ok", "ok", "ok"],
            event: Some(("recovered", "GPU 1 (NVIDIA X500 80GB) answers again")),
            ..FINE
        },
    }
    .happens();
}

#[test]
fn cannot_list_any_gpu_because_of_one() {
    Fault {
        parts: smi(json!({"listings": ["v13-three.xml"]})),
        before: View { states: &["ok", "ok", "ok"], ..FINE },
        breaks: |machine| {
            let say = "Unable to determine the device handle for GPU0000:07:00.0: Unknown Error";
            restart(
                machine,
                &json!({"listings": ["v13-three.xml"], "bad": {"1": {"say": say, "code": 255}}}),
            );
        },
        during: View { status: "degraded", states: &["ok", "lost", "ok"], ..FINE },
        mends: |machine| machine.smi().play(&json!({"listings": ["v13-three.xml"]})),
        after: View { states: &["ok", "ok", "ok"], ..FINE },
    }
    .happens();
}

#[test]
fn is_taken_away_and_put_back() {
    Fault {
        parts: smi(healthy()),
        before: FINE,
        breaks: |machine| {
            machine.smi().install(false);
            restart(machine, &healthy());
        },
        during: View { page: &["nvidia-smi is not installed"], ..GONE },
        mends: |machine| machine.smi().install(true),
        after: FINE,
    }
    .happens();
}

#[test]
fn is_asked_ten_times_a_second_and_killed() {
    const VIEW: View = View { page: &[], ..FINE };
    Fault {
        parts: Parts {
            smi: Some(json!({"rows": "rows.csv", "listings": ["v13-three.xml"]})),
            flags: &["--telemetry-provider=nvidia_smi", "--poll-interval-ms=100"],
            ..Parts::default()
        },
        before: VIEW,
        breaks: |machine| restart(machine, &json!({"rows": "rows.csv", "listings": ["v13-three.xml"]})),
        during: VIEW,
        mends: |_| {},
        after: VIEW,
    }
    .happens();
}
