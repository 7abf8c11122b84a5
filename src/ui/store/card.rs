//! What the page holds of one GPU.

use leptos::prelude::*;

use crate::telemetry::Gpu;

use super::{Ledger, put};
use crate::ui::shown::Shown;

/// A GPU's signals.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// As last sampled.
    pub gpu: RwSignal<Gpu>,
    /// Who holds its memory.
    pub ledger: RwSignal<Ledger>,
    /// All of its processes are listed.
    pub expanded: RwSignal<bool>,
    memory_total: StoredValue<Option<f64>>,
}

impl Card {
    pub(super) fn new(gpu: Gpu, ledger: Ledger) -> Self {
        Self {
            memory_total: StoredValue::new(gpu.memory_total),
            expanded: RwSignal::new(false),
            gpu: RwSignal::new(gpu),
            ledger: RwSignal::new(ledger),
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

    /// A value of the GPU, or the last that is known of one that cannot be read.
    #[must_use]
    pub fn last(self, read: fn(&Gpu) -> Shown) -> Memo<Shown> {
        Memo::new(move |_| self.gpu.with(|gpu| read(gpu.known())))
    }

    /// A value of the GPU: what shows it is touched only when it changes.
    #[must_use]
    pub fn value(self, read: fn(&Gpu) -> Shown) -> Memo<Shown> {
        Memo::new(move |_| self.gpu.with(read))
    }
}
