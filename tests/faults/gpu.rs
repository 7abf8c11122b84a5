//! One GPU in trouble: the other goes on.

use super::*;

/// The second GPU does not answer.
const ONE_LOST: View = View {
    status: "degraded",
    provider: "nvml",
    states: &["ok", "lost"],
    page: &[],
    event: None,
    values: &[],
};
const ONE_UNREADABLE: View = View { states: &["ok", "unreadable"], ..ONE_LOST };

fn nvml() -> Parts {
    Parts { nvml: Some(two()), ..Parts::default() }
}

fn heals(machine: &mut Machine) {
    machine.nvml(&two());
}

const RECOVERED: View = View { event: Some(("recovered", "GPU 1 (NVIDIA H200) answers again")), ..WELL };

#[test]
fn falls_off_the_bus() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second("lostAt", json!(0))),
        during: View {
            page: &["fallen off the bus", "--gpu-reset", "Values are the last known", "1 lost"],
            event: Some(("lost", "GPU 1 (NVIDIA H200) is lost")),
            ..ONE_LOST
        },
        mends: heals,
        after: RECOVERED,
    }
    .happens();
}

#[test]
fn needs_a_reset() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second_fails(16)),
        during: View { page: &["must be reset"], event: Some(("lost", "must be reset")), ..ONE_LOST },
        mends: heals,
        after: RECOVERED,
    }
    .happens();
}

#[test]
fn has_no_power_cable() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second_fails(8)),
        during: View { page: &["power cables"], event: Some(("lost", "power cables")), ..ONE_LOST },
        mends: heals,
        after: RECOVERED,
    }
    .happens();
}

#[test]
fn has_an_interrupt_problem() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second_fails(11)),
        during: View { page: &["interrupt"], event: Some(("lost", "interrupt")), ..ONE_LOST },
        mends: heals,
        after: RECOVERED,
    }
    .happens();
}

#[test]
fn answers_everything_with_unknown_error() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second_fails(999)),
        during: View { page: &["cannot open it"], event: Some(("lost", "cannot be read")), ..ONE_UNREADABLE },
        mends: heals,
        after: RECOVERED,
    }
    .happens();
}

#[test]
fn is_refused_to_the_servers_user() {
    Fault {
        parts: Parts {
            nvml: Some(second("errors", json!({"nvmlDeviceGetHandleByIndex_v2": 4}))),
            ..Parts::default()
        },
        before: View { page: &["refuses access"], ..ONE_UNREADABLE },
        breaks: |_| {},
        during: View { page: &["refuses access"], ..ONE_UNREADABLE },
        mends: heals,
        after: RECOVERED,
    }
    .happens();
}

#[test]
fn fails_a_single_value() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second("errors", json!({"nvmlDeviceGetPowerUsage": 999}))),
        during: View {
            values: &[
                ("/gpus/1/powerUsage", "null"),
                ("/gpus/1/unavailable/powerUsage", "\"error\""),
                ("/gpus/1/utilization", "42"),
            ],
            ..WELL
        },
        mends: heals,
        after: View { values: &[("/gpus/1/unavailable/powerUsage", "null")], ..WELL },
    }
    .happens();
}

#[test]
fn fails_its_list_of_processes() {
    Fault {
        parts: Parts { nvml: Some(second("processes", json!([{"pid": 1}]))), ..Parts::default() },
        before: WELL,
        breaks: |machine| {
            machine.nvml(&second("errors", json!({"nvmlDeviceGetComputeRunningProcesses_v3": 999})));
        },
        during: View {
            values: &[("/gpus/1/processes", "[]"), ("/gpus/1/unavailable/processes", "\"error\"")],
            ..WELL
        },
        mends: |machine| machine.nvml(&second("processes", json!([{"pid": 1}]))),
        after: View { values: &[("/gpus/1/processes/0/pid", "1")], ..WELL },
    }
    .happens();
}

#[test]
fn comes_and_goes() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| {
            let mut scenario = two();
            scenario["gpus"].as_array_mut().unwrap().push(json!({"uuid": "GPU-2"}));
            machine.nvml(&scenario);
        },
        during: View {
            states: &["ok", "ok", "ok"],
            page: &["was added"],
            event: Some(("added", "GPU 2 (NVIDIA H200) was added")),
            ..WELL
        },
        mends: heals,
        after: View { event: Some(("removed", "GPU 2 (NVIDIA H200) is no longer listed")), ..WELL },
    }
    .happens();
}

#[test]
fn is_replaced_by_another_one() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second("lostAt", json!(0))),
        during: ONE_LOST,
        mends: |machine| machine.nvml(&second("uuid", json!("GPU-9"))),
        after: View { event: Some(("added", "GPU 1 (NVIDIA H200) was added")), ..WELL },
    }
    .happens();
}

#[test]
fn is_split_and_whole_again() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| {
            let part = |n: u32| {
                json!({"index": n, "uuid": format!("MIG-{n}"), "gi": n, "ci": 0,
                "name": "NVIDIA H200 MIG 1g.18gb"})
            };
            machine.nvml(&second("mig", json!({"instances": [part(0), part(3)]})));
        },
        during: View { page: &["1g.18gb"], event: Some(("mig", "MIG is on, 2 MIG instances")), ..WELL },
        mends: heals,
        after: View { event: Some(("mig", "is whole again")), ..WELL },
    }
    .happens();
}

#[test]
fn reports_an_xid_error() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&second("events", json!([{"xid": 79}]))),
        during: View { page: &["XID 79"], event: Some(("xid", "XID 79")), ..WELL },
        mends: heals,
        after: WELL,
    }
    .happens();
}

#[test]
fn has_broken_memory() {
    let rows = json!({"correctable": 0, "uncorrectable": 2, "pending": true, "failure": false});
    let mut scenario = second("remappedRows", rows);
    scenario["gpus"][1]["ecc"] = json!({"enabled": true, "volatileUncorrected": 3});
    scenario["gpus"][1]["recoveryAction"] = json!(1);
    Fault {
        parts: Parts { nvml: Some(scenario), ..Parts::default() },
        before: View {
            page: &["ncorrected", "reset"],
            values: &[
                ("/gpus/1/eccUncorrected", "3"),
                ("/gpus/1/remappingPending", "true"),
                ("/gpus/1/recoveryAction", "\"reset\""),
            ],
            ..WELL
        },
        breaks: |_| {},
        during: WELL,
        mends: |_| {},
        after: WELL,
    }
    .happens();
}
