//! All that is known of one GPU, in a dialog that has an address of its own: `#gpu-3`.

#[cfg(feature = "hydrate")]
mod address;
mod facts;

use leptos::{html::Dialog, prelude::*};

use super::{
    bell::bell,
    list::{items, notes, through},
    live::text,
    piece::Piece,
    process_table::ProcessTable,
    store::{Card, Field, Store},
    watching::hitch,
};

#[component]
pub(crate) fn Details(store: Store) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let opened = Field::new(None);
    address::follow(store, dialog, opened);
    let shown = move || key(store, opened.get());
    let bell = bell(store, shown);
    let processes = move || {
        let key = shown()?;
        store.card(&key).map(|card| view! { <ProcessTable store card key/> })
    };
    let title = text(move || {
        let name = card(store, opened.get()).map(|card| heading(&card.gpu.read()));
        name.unwrap_or_default()
    });
    let list = Piece::new("ul").with("data-testid", "facts");
    let facts = items(list, move || {
        let zone = store.zone.get();
        card(store, opened.get()).map(|card| facts::of(&card.gpu.read(), zone)).unwrap_or_default()
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
                // First, so that it has the focus when the dialog opens.
                <button aria-label="Close" title="Close (Esc)">"×"</button>
                {bell}
            </form>
            {notes(through(), move || hitch(&store.lookout.read()).into_iter().collect())}
            <div class="facts" data-key=text(move || shown().unwrap_or_default())>{processes}</div>
            {facts}
        </dialog>
    }
}

/// The card of the GPU with this number.
fn card(store: Store, number: Option<i32>) -> Option<Card> {
    store.card(&key(store, number)?)
}

/// The key of the GPU with this number. Numbers change only where the order does: with
/// each sample a dialog written anew would lose what the reader holds in it.
fn key(store: Store, number: Option<i32>) -> Option<String> {
    let number = u32::try_from(number?).ok()?;
    let is_meant = |key: &String| store.card(key).is_some_and(|card| card.gpu.read_untracked().id == number);
    store.order.get().into_iter().find(is_meant)
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

    use crate::ui::store::{Field, Store};

    pub(super) fn follow(_: Store, _: NodeRef<Dialog>, _: Field<Option<i32>>) {}

    pub(super) fn leave(_: Field<Option<i32>>) {}
}
