//! Everything that can go wrong under the server: one row per fault, with what the
//! health, the GPUs, the events and the page must say while it lasts, and again
//! when it is over. Driver and programs are fakes that do what real ones do.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../support/built.rs"]
mod built;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;
#[path = "../support/fake_program.rs"]
mod fake_program;

mod driver;
mod gpu;
mod hang;
mod machine;
mod nvidia_smi;
mod nvtop;

use machine::{Machine, Parts, View};
use serde_json::{Value, json};

/// A fault, from before it to after it.
struct Fault {
    parts: Parts,
    before: View,
    breaks: fn(&mut Machine),
    during: View,
    mends: fn(&mut Machine),
    after: View,
}

impl Fault {
    fn happens(self) {
        let mut machine = Machine::start(&self.parts);
        machine.until("before", self.before);
        (self.breaks)(&mut machine);
        machine.until("during", self.during);
        (self.mends)(&mut machine);
        machine.until("after", self.after);
    }
}

/// Two healthy GPUs, as NVML tells of them.
fn two() -> Value {
    json!({"gpus": [{"uuid": "GPU-0"}, {"uuid": "GPU-1"}]})
}

/// The same with something about the second one.
fn second(key: &str, value: Value) -> Value {
    let mut scenario = two();
    scenario["gpus"][1][key] = value;
    scenario
}

/// The second one fails each call with this code.
fn second_fails(code: u32) -> Value {
    second("errors", json!({"*": code}))
}

/// No driver: a source that is open is dead, and none can be opened.
fn no_driver(code: u32) -> Value {
    json!({"init": {"error": code}, "errors": {"*": 1}})
}

/// All is well with NVML and its two GPUs.
const WELL: View = View {
    status: "ok",
    provider: "nvml",
    states: &["ok", "ok"],
    page: &["NVIDIA H200"],
    event: None,
    values: &[],
};
