//! All that is known of one GPU, in a dialog that has an address of its own: `#gpu-3`.

#[cfg(feature = "hydrate")]
mod address;
mod facts;

use leptos::{html::Dialog, prelude::*};

use super::{
    list::items,
    live::text,
    store::{Card, Store},
};

#[component]
pub(crate) fn Details(store: Store) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let opened = RwSignal::new(None);
    address::follow(store, dialog, opened);
    let title = text(move || {
        let name = card(store, opened.get()).map(|card| card.gpu.with(heading));
        name.unwrap_or_default()
    });
    let facts = items(move || {
        let zone = store.zone.get();
        card(store, opened.get()).map(|card| card.gpu.with(|gpu| facts::of(gpu, zone))).unwrap_or_default()
    });
    view! {
        <dialog
            class="details"
            node_ref=dialog
            aria-labelledby="details-title"
            data-testid="details"
            on:close=move |_| address::leave(opened)
        >
            <form method="dialog">
                <h2 id="details-title">{title}</h2>
                <button aria-label="Close" title="Close (Esc)">"×"</button>
            </form>
            <ul data-testid="facts">{facts}</ul>
        </dialog>
    }
}

/// The card of the GPU with this number.
fn card(store: Store, number: Option<i32>) -> Option<Card> {
    let number = u32::try_from(number?).ok()?;
    let keys = store.order.get();
    keys.iter().filter_map(|key| store.card(key)).find(|card| card.gpu.with(|gpu| gpu.id == number))
}

/// "GPU 3 · NVIDIA H200"
fn heading(gpu: &crate::telemetry::Gpu) -> String {
    let name = gpu.name.as_deref().map(|name| [" · ", name].concat());
    ["GPU ", &gpu.id.to_string(), &name.unwrap_or_default()].concat()
}

/// The server opens nothing.
#[cfg(not(feature = "hydrate"))]
mod address {
    use leptos::{html::Dialog, prelude::*};

    use crate::ui::store::Store;

    pub(super) fn follow(_: Store, _: NodeRef<Dialog>, _: RwSignal<Option<i32>>) {}

    pub(super) fn leave(_: RwSignal<Option<i32>>) {}
}
