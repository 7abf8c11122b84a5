//! What the page holds of one GPU.

use leptos::prelude::*;

use crate::telemetry::{Gpu, GpuState, Reason, Timestamp};

use super::{Field, Ledger, put, unknown};

/// A GPU's fields.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// As last sampled.
    pub gpu: Field<Gpu>,
    /// What hardly ever changes of it.
    pub face: Memo<Face>,
    /// Who holds its memory.
    pub ledger: Field<Ledger>,
    /// All of its processes are listed.
    pub expanded: Field<bool>,
    memory_total: StoredValue<Option<f64>>,
}

impl Card {
    pub(super) fn new(gpu: Gpu, ledger: Ledger) -> Self {
        let memory_total = StoredValue::new(gpu.memory_total);
        let gpu = Field::new(gpu);
        Self {
            gpu,
            face: Memo::new(move |_| Face::of(&gpu.read())),
            ledger: Field::new(ledger),
            expanded: Field::new(false),
            memory_total,
        }
    }

    pub(super) fn update(self, gpu: Gpu, ledger: Ledger) {
        if gpu.memory_total.is_some() {
            self.memory_total.set_value(gpu.memory_total);
        }
        // Not compared: hardly ever equal, and what shows it compares anyway.
        self.gpu.set(gpu);
        put(self.ledger, ledger);
    }

    /// MiB of memory in all, as last known: what a lost GPU had is drawn to its scale.
    #[must_use]
    pub fn memory_total(self) -> Option<f64> {
        self.memory_total.get_value()
    }
}

/// What hardly ever changes of a GPU: what depends on no more than this has nothing to do
/// at most samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Face {
    /// Its index.
    pub id: u32,
    /// Whether it can be read.
    pub state: GpuState,
    /// Since when `state` is not `Ok`.
    pub since: Option<Timestamp>,
    /// Its memory is the host's.
    pub unified: bool,
    /// Why it cannot be told whether it is free.
    pub unknown: Option<Reason>,
}

impl Face {
    fn of(gpu: &Gpu) -> Self {
        Self {
            id: gpu.id,
            state: gpu.state,
            since: gpu.state_since,
            unified: gpu.memory_unified,
            unknown: unknown(gpu),
        }
    }
}
