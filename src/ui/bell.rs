//! Bells: a press asks to be told, once. They carry what they are of; the client
//! listens to all of them at once, since a page may hold hundreds.

use leptos::prelude::*;

use super::{
    live::{class, text},
    process_table::called,
    store::{Card, Store, free_for, unknown},
};
use crate::telemetry::Process;

/// For how long, on hover.
const WHILE: &str = ", while this page is open";

/// Rings when the GPU is free.
pub(super) fn bell(store: Store, card: Card, key: String) -> impl IntoView {
    let label = move || card.gpu.with(|gpu| ["Tell me when ", &free_for(gpu.id)].concat());
    let title = move || {
        let why = card.gpu.with(unknown);
        let why = why.map(|reason| [". It cannot be told now: ", reason.text()].concat());
        [&label(), WHILE, &why.unwrap_or_default()].concat()
    };
    let key_of = key.clone();
    let pressed = class(move || pressed(store.lookout.waits_for(&key, None)));
    view! {
        <button
            type="button"
            class="bell"
            aria-pressed=pressed
            aria-label=text(label)
            title=text(title)
            data-key=key_of
            data-testid="bell"
        ></button>
    }
}

/// Rings when the process has ended.
pub(super) fn process_bell(process: &Process, waited_for: bool) -> impl IntoView + use<> {
    let label = ["Tell me when ", &called(process), " ended"].concat();
    view! {
        <td class="tell">
            <button
                type="button"
                class="bell"
                aria-pressed=pressed(waited_for)
                aria-label=label.clone()
                title=[&label, WHILE].concat()
                data-testid="process-bell"
            ></button>
        </td>
    }
}

const fn pressed(so: bool) -> &'static str {
    if so { "true" } else { "false" }
}
