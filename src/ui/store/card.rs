//! What the page holds of one GPU.

use leptos::prelude::*;

use crate::telemetry::Gpu;

use super::Ledger;
use crate::ui::shown::Shown;

/// A GPU's signals.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// As last sampled.
    pub gpu: RwSignal<Gpu>,
    /// Who holds its memory.
    pub ledger: RwSignal<Ledger>,
}

impl Card {
    pub(super) fn new(gpu: Gpu, ledger: Ledger) -> Self {
        Self { gpu: RwSignal::new(gpu), ledger: RwSignal::new(ledger) }
    }

    /// A value of the GPU: what shows it is touched only when it changes.
    #[must_use]
    pub fn value(self, read: fn(&Gpu) -> Shown) -> Memo<Shown> {
        Memo::new(move |_| self.gpu.with(read))
    }
}
