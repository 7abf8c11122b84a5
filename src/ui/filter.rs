//! The filter for processes: its field, and what it hides.

use leptos::prelude::*;

use super::{
    live::{click, flag, input, text},
    pick,
    shown::Shown,
    store::Store,
    value::live_value,
};

#[component]
pub(crate) fn FilterField(store: Store) -> impl IntoView {
    let words = text(move || store.choices.read().filter.clone());
    view! {
        <input
            type="search"
            class="filter"
            placeholder="Filter processes"
            aria-label="Filter processes by user, name, command, PID or container"
            aria-keyshortcuts="/"
            autocomplete="off"
            spellcheck="false"
            maxlength="100"
            data-testid="filter"
            prop:value=words
            on:input=input(move |words| filter(store, words))
        />
    }
}

/// What is left out, and a way back for who has no Escape key.
#[component]
pub(crate) fn FilterNote(store: Store) -> impl IntoView {
    let off = move || store.choices.read().filter.trim_matches(' ').is_empty();
    let words = live_value("filter-note", move || {
        if off() {
            return Shown::default();
        }
        let order = store.order.get();
        let seen = |key: &&String| store.card(key).is_some_and(|card| !store.hides(card));
        let matching = order.iter().filter(seen).count();
        Shown::text(pick::note(&store.choices.read().filter, matching, order.len()))
    });
    view! {
        <p class="filtered" hidden=flag(off)>
            {words}
            <button type="button" on:click=click(move || filter(store, String::new()))>"Show all"</button>
        </p>
    }
}

fn filter(store: Store, words: String) {
    store.choose(|choices| choices.filter = words);
}
