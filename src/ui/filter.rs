//! The filter for processes: its field, and what it hides.

use leptos::prelude::*;

use super::{
    live::{flag, text},
    pick,
    store::{Choices, Store},
};

#[component]
pub(crate) fn FilterField(store: Store) -> impl IntoView {
    let words = text(move || store.choices.with(|choices| choices.filter.clone()));
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
            on:input=move |event| filter(store, event_target_value(&event))
        />
    }
}

/// What is left out, and a way back for who has no Escape key.
#[component]
pub(crate) fn FilterNote(store: Store) -> impl IntoView {
    let words = Memo::new(move |_| {
        let filter = store.choices.with(|choices| choices.filter.clone());
        store.order.with(|order| {
            let seen = |key: &&String| store.card(key).is_some_and(|card| !store.hides(card));
            let matching = if filter.is_empty() { 0 } else { order.iter().filter(seen).count() };
            pick::note(&filter, matching, order.len())
        })
    });
    view! {
        <p class="filtered" data-testid="filter-note" hidden=flag(move || words.with(String::is_empty))>
            {text(move || words.get())}
            " "
            <button type="button" on:click=move |_| filter(store, String::new())>"Show all"</button>
        </p>
    }
}

fn filter(store: Store, words: String) {
    store.choices.update(|choices: &mut Choices| choices.filter = words);
}
