//! MIG instances: a GPU cut into several.

use leptos::prelude::*;

use super::{format, store::Card};
use crate::telemetry::MigInstance;

#[component]
pub(crate) fn MigRows(card: Card) -> impl IntoView {
    let rows = move || {
        card.gpu.with(|gpu| {
            gpu.mig_instances
                .iter()
                .map(|instance| view! { <MigRow instance=instance.clone()/> })
                .collect_view()
        })
    };
    view! {
        <ul class="mig" aria-label="MIG instances">
            {rows}
        </ul>
    }
}

#[component]
fn MigRow(instance: MigInstance) -> impl IntoView {
    let figures = instance.memory_used.zip(instance.memory_total);
    let memory = figures
        .map_or_else(|| format::DASH.to_owned(), |(used, total)| format::memory_of(used, total).text());
    let width = figures.map_or(0.0, |(used, total)| format::share(used, total));
    view! {
        <li data-testid="mig-row" title=instance.uuid.clone()>
            <span class="label">"MIG "{instance.index.to_string()}</span>
            <span class="profile">{profile(&instance)}</span>
            <svg class="bar" width="100%" height="4" aria-hidden="true">
                <rect width=format::length(width) height="4" fill="url(#paint-memory)"/>
            </svg>
            <span class="amount">{memory}</span>
        </li>
    }
}

/// "1g.18gb" of "NVIDIA H200 MIG 1g.18gb".
fn profile(instance: &MigInstance) -> String {
    let name = instance.name.as_deref().unwrap_or(format::DASH);
    name.rsplit(' ').next().unwrap_or(name).to_owned()
}
