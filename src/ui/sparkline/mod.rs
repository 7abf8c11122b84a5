//! A line over the last minute.

#[cfg(feature = "hydrate")]
mod canvas;
#[cfg(feature = "hydrate")]
mod draw;
#[cfg(feature = "hydrate")]
mod mark;
mod scale;

use leptos::{html::Canvas, prelude::*};

use super::{
    format,
    store::{Card, Store},
};
use crate::telemetry::History;

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Series {
    /// Utilization of the GPU with this key.
    Utilization(String),
    /// Memory in use of the GPU with this key.
    Memory(String),
    /// The host's CPU.
    HostCpu,
}

/// A plot of 60 seconds; the right edge is the newest sample, the height 0 to 100 %.
#[component]
pub(crate) fn Sparkline(
    store: Store,
    series: Series,
    class: &'static str,
    testid: &'static str,
) -> impl IntoView {
    let node = NodeRef::<Canvas>::new();
    let label = series.label();
    // All plots mark the same instant, so keys reach one of a card.
    let reach = (!matches!(series, Series::Memory(_))).then_some("0");
    connect(store, series, node);
    view! {
        <div class=class>
            <canvas node_ref=node role="img" tabindex=reach aria-label=label data-testid=testid></canvas>
            <span class="cursor nothing" aria-hidden="true">
                <span class="tip"><span class="at"></span><span></span></span>
            </span>
        </div>
    }
}

#[cfg(feature = "hydrate")]
use canvas::connect;
#[cfg(feature = "hydrate")]
pub use canvas::draw_plots;

/// The server draws nothing.
#[cfg(not(feature = "hydrate"))]
fn connect(_: Store, _: Series, _: NodeRef<Canvas>) {}

impl Series {
    const fn label(&self) -> &'static str {
        match self {
            Self::Utilization(_) => "Utilization over the last 60 seconds",
            Self::Memory(_) => "Memory in use over the last 60 seconds",
            Self::HostCpu => "Host CPU over the last 60 seconds",
        }
    }
}

/// What a row says, in words.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
fn reading(series: &Series, history: &History, row: usize, store: Store) -> Option<String> {
    let value = |values: &[Option<u32>]| values.get(row).copied().flatten();
    let quantity = match series {
        Series::Utilization(key) => format::percent(value(&history.gpus.get(key)?.utilization)?.into()),
        Series::Memory(key) => {
            let used = f64::from(value(&history.gpus.get(key)?.memory)?);
            match store.card(key).and_then(Card::memory_total) {
                Some(total) => format::memory_of(used, total),
                None => format::memory(used),
            }
        }
        Series::HostCpu => format::percent(history.host.cpu.get(row).copied().flatten()?.into()),
    };
    Some(quantity.text())
}

/// The values in %, a hole where there is none. `store` knows the size of a memory.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
fn values(series: &Series, history: &History, store: Store) -> Vec<Option<f32>> {
    match series {
        Series::Utilization(key) => {
            let track = history.gpus.get(key);
            track.map_or_else(Vec::new, |track| track.utilization.iter().map(|v| v.map(float)).collect())
        }
        Series::Memory(key) => {
            let total = store.card(key).and_then(Card::memory_total);
            let (Some(track), Some(total)) = (history.gpus.get(key), total.filter(|total| *total > 0.0))
            else {
                return Vec::new();
            };
            let percent = 100.0 / narrow(total);
            track.memory.iter().map(|mib| mib.map(|mib| float(mib) * percent)).collect()
        }
        Series::HostCpu => history.host.cpu.clone(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "drawn on a few hundred pixels")]
fn float(value: u32) -> f32 {
    value as f32
}

#[expect(clippy::cast_possible_truncation, reason = "drawn on a few hundred pixels")]
fn narrow(value: f64) -> f32 {
    value as f32
}
