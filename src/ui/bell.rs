//! Bells: a press asks to be told, once. They carry what they are of; the client
//! listens to all of them at once, since a page may hold hundreds.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    live::{class, text},
    piece::Piece,
    process_table::called,
    store::{Store, free_for},
};
use crate::telemetry::{Process, Reason};

/// For how long, on hover.
const WHILE: &str = ", while this page is open";

/// Rings when the GPU with this key is free.
pub(super) fn bell(store: Store, key: impl Fn() -> Option<String> + Send + Sync + 'static) -> impl IntoView {
    let key: Arc<dyn Fn() -> Option<String> + Send + Sync> = Arc::new(key);
    let [of_label, of_title, of_key] = [key.clone(), key.clone(), key.clone()];
    let title = move || {
        let (words, why) = asks(store, of_title());
        let why = why.map(|reason| [". It cannot be told now: ", reason.text()].concat());
        [&words, WHILE, &why.unwrap_or_default()].concat()
    };
    let waits = move || key().is_some_and(|key| store.lookout.read().waits_for(&key, None));
    view! {
        <button
            type="button"
            class="bell"
            aria-pressed=class(move || pressed(waits()))
            aria-label=text(move || asks(store, of_label()).0)
            title=text(title)
            data-key=text(move || of_key().unwrap_or_default())
            data-testid="bell"
        ></button>
    }
}

/// What is asked for, and why it cannot be told now.
fn asks(store: Store, key: Option<String>) -> (String, Option<Reason>) {
    let card = key.and_then(|key| store.card(&key));
    card.map_or_else(Default::default, |card| {
        let face = card.face.get();
        (["Tell me when ", &free_for(face.id)].concat(), face.unknown)
    })
}

/// Rings when the process has ended.
pub(super) fn process_bell(process: &Process, waited_for: bool) -> Piece {
    let label = ["Tell me when ", &called(process), " ended"].concat();
    let bell = Piece::new("button")
        .with("type", "button")
        .with("class", "bell")
        .with("aria-pressed", pressed(waited_for))
        .with("title", [&label, WHILE].concat())
        .with("aria-label", label)
        .with("data-testid", "process-bell");
    Piece::new("td").with("class", "tell").holding([bell])
}

const fn pressed(so: bool) -> &'static str {
    if so { "true" } else { "false" }
}
