//! What the page holds of one GPU.

use leptos::prelude::*;

use crate::telemetry::{Gpu, Process};

use super::{Ledger, put};
use crate::ui::shown::Shown;

/// A GPU's signals.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// As last sampled.
    pub gpu: RwSignal<Gpu>,
    /// Who holds its memory.
    pub ledger: RwSignal<Ledger>,
    /// Its processes, in their order.
    pub processes: RwSignal<Vec<ProcessKey>>,
    memory_total: StoredValue<Option<f64>>,
}

impl Card {
    pub(super) fn new(gpu: Gpu, ledger: Ledger) -> Self {
        Self {
            memory_total: StoredValue::new(gpu.memory_total),
            processes: RwSignal::new(keys(&gpu)),
            gpu: RwSignal::new(gpu),
            ledger: RwSignal::new(ledger),
        }
    }

    pub(super) fn update(self, gpu: Gpu, ledger: Ledger) {
        if gpu.memory_total.is_some() {
            self.memory_total.set_value(gpu.memory_total);
        }
        put(self.processes, keys(&gpu));
        // Not compared: hardly ever equal, and what shows it compares anyway.
        self.gpu.set(gpu);
        put(self.ledger, ledger);
    }

    /// MiB of memory in all, as last known: what a lost GPU had is drawn to its scale.
    #[must_use]
    pub fn memory_total(self) -> Option<f64> {
        self.memory_total.get_value()
    }

    /// A value of the GPU: what shows it is touched only when it changes.
    #[must_use]
    pub fn value(self, read: fn(&Gpu) -> Shown) -> Memo<Shown> {
        Memo::new(move |_| self.gpu.with(read))
    }
}

/// What tells a GPU's processes apart: the PID, and the MIG GPU instance, since one
/// process may be on several.
pub type ProcessKey = (u32, Option<u32>);

/// The key of a process.
#[must_use]
pub fn process_key(process: &Process) -> ProcessKey {
    (process.pid, process.gpu_instance)
}

fn keys(gpu: &Gpu) -> Vec<ProcessKey> {
    let mut keys: Vec<ProcessKey> = Vec::with_capacity(gpu.processes.len());
    for key in gpu.processes.iter().map(process_key) {
        // A source may list one twice; the page cannot.
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
