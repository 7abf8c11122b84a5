//! The driver as a whole in trouble.

use super::*;

fn nvml() -> Parts {
    Parts { nvml: Some(two()), ..Parts::default() }
}

/// nvidia-smi with the same GPUs; it lists them no more than once a second.
fn smi() -> Value {
    json!({"listings": ["v13.xml"]})
}
const SLOW: &[&str] = &["--poll-interval-ms=1000"];

/// Nobody can tell of the GPUs, which are known from before.
const GONE: View = View {
    status: "stale",
    provider: "",
    states: &["unreadable", "unreadable"],
    page: &[],
    event: None,
    values: &[],
};
/// Nobody could ever tell.
const NOTHING: View = View { states: &[], ..GONE };

fn heals(machine: &mut Machine) {
    machine.nvml(&two());
}

const BACK: View = View { event: Some(("source", "NVML answers again after")), ..WELL };
const FIRST: View = View { event: Some(("source", "NVML answers and lists 2 GPUs")), ..WELL };

#[test]
fn is_unloaded_and_loaded_again() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&no_driver(9)),
        during: View {
            page: &["The NVIDIA driver is not loaded", "NVIDIA H200", "modprobe nvidia"],
            event: Some(("source", "NVML stopped answering")),
            ..GONE
        },
        mends: heals,
        after: BACK,
    }
    .happens();
}

#[test]
fn has_another_version_than_its_library() {
    Fault {
        parts: Parts { nvml: Some(no_driver(18)), ..Parts::default() },
        before: View { page: &["have different versions", "reload the nvidia kernel modules"], ..NOTHING },
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: FIRST,
    }
    .happens();
}

#[test]
fn was_upgraded_under_the_server() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&no_driver(18)),
        during: View {
            page: &["have different versions"],
            event: Some(("source", "NVML stopped answering")),
            ..GONE
        },
        mends: heals,
        after: BACK,
    }
    .happens();
}

#[test]
fn fails_with_unknown_error_after_a_containers_daemon_was_reloaded() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| machine.nvml(&json!({"init": {"error": 999}, "errors": {"*": 999}})),
        during: View { states: &["unreadable", "unreadable"], ..GONE },
        mends: heals,
        after: View { status: "ok", provider: "nvml", states: &["ok", "ok"], ..View::default() },
    }
    .happens();
}

#[test]
fn fails_with_unknown_error_from_the_start() {
    Fault {
        parts: Parts { nvml: Some(no_driver(999)), ..Parts::default() },
        before: View { page: &["failed with an unknown error"], ..NOTHING },
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: FIRST,
    }
    .happens();
}

#[test]
fn refuses_the_servers_user() {
    Fault {
        parts: Parts { nvml: Some(no_driver(4)), ..Parts::default() },
        before: View { page: &["No permission to talk to the NVIDIA driver", "/dev/nvidiactl"], ..NOTHING },
        breaks: |_| {},
        during: NOTHING,
        mends: heals,
        after: FIRST,
    }
    .happens();
}

#[test]
fn is_not_installed_yet() {
    Fault {
        parts: Parts::default(),
        before: View { page: &["libnvidia-ml.so.1 not found", "nvidia-smi is not installed"], ..NOTHING },
        breaks: |machine| machine.nvml(&two()),
        during: NOTHING,
        mends: Machine::install_library,
        after: FIRST,
    }
    .happens();
}

#[test]
fn lists_no_gpu_yet() {
    Fault {
        parts: Parts { nvml: Some(json!({"gpus": [], "gpuCount": 0})), ..Parts::default() },
        before: View { status: "ok", provider: "nvml", page: &["lists no GPU"], ..NOTHING },
        breaks: |_| {},
        during: View { status: "ok", provider: "nvml", ..NOTHING },
        mends: heals,
        after: View { event: Some(("added", "GPU 0 (NVIDIA H200) was added")), ..WELL },
    }
    .happens();
}

#[test]
fn fails_to_count_its_gpus_now_and_then() {
    Fault {
        parts: nvml(),
        before: WELL,
        breaks: |machine| {
            let mut scenario = two();
            scenario["errors"] = json!({"nvmlDeviceGetCount_v2": 999});
            machine.nvml(&scenario);
        },
        during: WELL,
        mends: heals,
        after: WELL,
    }
    .happens();
}

#[test]
fn is_gone_while_nvidia_smi_still_works() {
    Fault {
        parts: Parts { nvml: Some(two()), smi: Some(smi()), flags: SLOW, ..Parts::default() },
        before: WELL,
        breaks: |machine| machine.nvml(&no_driver(9)),
        during: View {
            status: "degraded",
            provider: "nvidia_smi",
            states: &["ok", "ok"],
            page: &["NVIDIA X500 80GB", "The NVIDIA driver is not loaded"],
            event: Some(("source", "nvidia-smi stands in for NVML: The NVIDIA driver is not loaded")),
            values: &[],
        },
        mends: heals,
        after: View { event: Some(("source", "NVML takes over from nvidia-smi")), ..WELL },
    }
    .happens();
}

#[test]
fn comes_after_nvidia_smi() {
    Fault {
        parts: Parts { smi: Some(smi()), flags: SLOW, ..Parts::default() },
        before: View {
            status: "degraded",
            provider: "nvidia_smi",
            states: &["ok", "ok"],
            page: &["libnvidia-ml.so.1 not found"],
            event: None,
            values: &[],
        },
        breaks: |machine| machine.nvml(&two()),
        during: View { status: "degraded", provider: "nvidia_smi", states: &["ok", "ok"], ..View::default() },
        mends: Machine::install_library,
        after: View { event: Some(("source", "NVML takes over from nvidia-smi")), ..WELL },
    }
    .happens();
}
