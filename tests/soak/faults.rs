//! What goes wrong with the machine.

use std::{collections::BTreeMap, fmt::Write, path::Path, time::Duration};

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    fake_nvml::FakeNvml,
    fake_program::{FakeProgram, is_there},
    server::Server,
};

/// At first those for which NVML has to be in use; those that stall nothing before the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    GpuLost,
    GpuRemoved,
    CallsFail,
    CallHangs,
    DriverGone,
    DriverSlow,
    StandInHangs,
    StandInGarbles,
    StandInKilled,
}

const ALL: [Fault; 9] = [
    Fault::GpuLost,
    Fault::GpuRemoved,
    Fault::CallsFail,
    Fault::CallHangs,
    Fault::DriverGone,
    Fault::DriverSlow,
    Fault::StandInHangs,
    Fault::StandInGarbles,
    Fault::StandInKilled,
];

/// Calls that every sample makes.
const CALLS: [&str; 5] = [
    "nvmlDeviceGetTemperature",
    "nvmlDeviceGetUtilizationRates",
    "nvmlDeviceGetMemoryInfo_v2",
    "nvmlDeviceGetPowerUsage",
    "nvmlDeviceGetCount_v2",
];

pub(crate) struct Faults {
    nvml: FakeNvml,
    smi: FakeProgram,
    random: Rng,
    /// Shuffled anew when all have happened.
    next: Vec<Fault>,
    happened: BTreeMap<Fault, usize>,
}

impl Faults {
    pub(crate) fn new(random: Rng) -> Self {
        let smi = FakeProgram::new("fake-nvidia-smi", "nvidia-smi").with_fixtures("nvidia_smi");
        smi.play(&lists());
        Self { nvml: FakeNvml::new(&well()), smi, random, next: Vec::new(), happened: BTreeMap::new() }
    }

    /// For `LD_LIBRARY_PATH`.
    pub(crate) fn library(&self) -> &Path {
        self.nvml.folder()
    }

    /// For `PATH`.
    pub(crate) fn programs(&self) -> &Path {
        self.smi.folder()
    }

    /// Breaks something for a while; then all is well. As often as not the next fault comes
    /// before the server has noticed that, unless NVML has to be in use for it.
    pub(crate) async fn happen(&mut self, server: &Server) {
        if self.next.is_empty() {
            self.next = ALL.to_vec();
            self.random.shuffle(&mut self.next);
        }
        let fault = self.next.pop().unwrap();
        if fault < Fault::DriverGone || self.random.bool() {
            server.until_ok().await;
        }
        let millis = self.random.u64(500..3000);
        self.breaks(fault, millis);
        *self.happened.entry(fault).or_default() += 1;
        if fault == Fault::StandInKilled {
            for _ in 0..4 {
                sleep(Duration::from_millis(millis / 4)).await;
                if self.smi.starts().last().is_some_and(|(pid, _)| is_there(*pid)) {
                    self.smi.kill();
                }
            }
        } else {
            sleep(Duration::from_millis(millis)).await;
        }
        self.nvml.set(&well());
        self.smi.play(&lists());
    }

    fn breaks(&mut self, fault: Fault, millis: u64) {
        let gone = json!({"init": {"error": self.random.choice([9, 18, 999])}, "errors": {"*": 1}});
        let call = CALLS[self.random.usize(..CALLS.len() - 1)];
        match fault {
            Fault::GpuLost => self.nvml.set(&second("errors", json!({"*": 15}))),
            Fault::GpuRemoved => self.nvml.set(&json!({"gpus": [well()["gpus"][0]]})),
            Fault::CallsFail => {
                let call = self.random.choice(CALLS).unwrap();
                let mut scenario = well();
                scenario["errors"] = json!({call: self.random.choice([3, 4, 999])});
                self.nvml.set(&scenario);
            }
            Fault::CallHangs => self.nvml.set(&second("delaysMs", json!({call: millis + 1000}))),
            Fault::DriverGone => self.nvml.set(&gone),
            Fault::DriverSlow => {
                self.nvml.set(&json!({"init": {"delayMs": 2000, "error": 9}, "errors": {"*": 1}}));
            }
            Fault::StandInHangs | Fault::StandInGarbles | Fault::StandInKilled => {
                self.nvml.set(&gone);
                let mut listing = lists();
                match fault {
                    Fault::StandInHangs => listing["hangAfter"] = self.random.u32(0..3).into(),
                    Fault::StandInGarbles => listing["truncate"] = self.random.u32(0..2000).into(),
                    _ => {}
                }
                self.smi.play(&listing);
            }
        }
    }

    /// So many so far.
    pub(crate) fn injected(&self) -> usize {
        self.happened.values().sum()
    }

    /// So many of them kept the server from sampling, perhaps.
    pub(crate) fn stalls(&self) -> usize {
        self.happened.range(Fault::CallHangs..).map(|(_, times)| times).sum()
    }

    /// Every process of the stand-in that was ever started.
    pub(crate) fn starts(&self) -> Vec<u32> {
        self.smi.starts().into_iter().map(|(pid, _)| pid).collect()
    }

    pub(crate) fn summary(&self) -> String {
        let mut text = self.injected().to_string();
        for (fault, times) in &self.happened {
            let _ = write!(text, ", {fault:?} {times}");
        }
        text
    }
}

/// Two GPUs, one of them always at something else.
fn well() -> Value {
    let wave = |min: u32, max: u32| json!({"wave": {"min": min, "max": max, "periodSeconds": 7}});
    let gpu = |index: u32| {
        json!({
            "uuid": format!("GPU-1300000{index}-aaaa-4bbb-8ccc-00000000000{index}"),
            "utilization": {"gpu": wave(10, 99), "memory": wave(5, 60)},
            "temperature": wave(40, 80),
            "processes": [{"pid": 1, "memoryMiB": 4000.5, "sm": wave(1, 90), "mem": 10}],
        })
    };
    json!({"gpus": [gpu(0), gpu(1)]})
}

/// The same with something about the second one.
fn second(key: &str, value: Value) -> Value {
    let mut scenario = well();
    scenario["gpus"][1][key] = value;
    scenario
}

fn lists() -> Value {
    json!({"listings": ["v13.xml"], "rows": "rows.csv"})
}
