//! A process that holds a GPU.

use serde::{Deserialize, Serialize};

use super::{
    ProcessMetric, Reason, Unavailable,
    reason::noted,
    wire::{record, words},
};

/// What a process uses the GPU for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProcessKind {
    /// CUDA and its like (nvidia-smi: C).
    Compute,
    /// Drawing (nvidia-smi: G).
    Graphics,
    /// Both (nvidia-smi: C+G).
    Both,
}

words!(ProcessKind { Compute, Graphics, Both });

impl ProcessKind {
    /// The kind of a process that is listed under `self` and under `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Both }
    }
}

/// One process on one GPU.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Process {
    /// The PID as the driver tells it: the host's, also inside a container.
    pub pid: u32,
    /// Short name, the program's file name.
    pub name: Option<String>,
    /// GPU memory in MiB.
    #[serde(rename = "usedMemoryMiB")]
    pub used_memory: Option<f64>,
    /// Compute, graphics or both.
    #[serde(rename = "type")]
    pub kind: Option<ProcessKind>,
    /// Whole command line.
    pub command: Option<String>,
    /// Owner's login name, or the number where no name is known.
    pub user: Option<String>,
    /// Share of the streaming multiprocessors' time in %.
    pub sm_utilization: Option<u32>,
    /// The MIG GPU instance it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu_instance: Option<u32>,
    /// The MIG compute instance of that GPU instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute_instance: Option<u32>,
    /// The container, virtual machine or batch job it runs in, by name or short
    /// id; `None` where it runs in none that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Why values are missing.
    #[serde(default, skip_serializing_if = "Unavailable::is_empty")]
    pub unavailable: Unavailable<ProcessMetric>,
}

record!(Process {
    pid, name, used_memory as "usedMemoryMiB", kind as "type", command, user, sm_utilization, gpu_instance,
    compute_instance, container, unavailable or blank,
});

impl Process {
    /// Stores `reading`, or the reason why there is none.
    pub fn set<T>(
        &mut self,
        metric: ProcessMetric,
        slot: impl FnOnce(&mut Self) -> &mut Option<T>,
        reading: Result<T, Reason>,
    ) {
        *slot(self) = noted(reading, metric, &mut self.unavailable);
    }

    /// Whether the operator does not want this to be told.
    #[must_use]
    pub fn hides(&self, metric: ProcessMetric) -> bool {
        self.unavailable.get(&metric) == Some(&Reason::Hidden)
    }
}
