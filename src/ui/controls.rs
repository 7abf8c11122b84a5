//! What the reader can set. A control names its key in `aria-keyshortcuts`, and that is
//! all that it takes: the client presses or focuses what has the key.

use leptos::prelude::*;

use super::{
    filter::FilterField,
    help::Help,
    live::{class, click, text},
    store::{Store, View},
};

#[component]
pub(crate) fn Controls(store: Store) -> impl IntoView {
    let theme = move || ["Theme: ", store.choices.read().theme.name()].concat();
    view! {
        <div class="controls">
            <FilterField store/>
            <div class="views" role="group" aria-label="View">
                {[View::Cards, View::Rows].map(|view| view_button(store, view)).into_iter().collect_view()}
            </div>
            <button
                type="button"
                class="icon"
                aria-label=text(theme)
                title=text(theme)
                aria-keyshortcuts="t"
                data-testid="theme"
                on:click=click(move || {
                    store.choose(|choices| choices.theme = choices.theme.next(choices.system_light));
                })
            >
                <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                    <circle class="disc" cx="8" cy="8" r="5.5"/>
                    <path class="half" d="M8 2.5a5.5 5.5 0 0 1 0 11z"/>
                    <path class="moon" d="M9.5 2.2A6 6 0 1 0 14 10.6 5.6 5.6 0 0 1 9.5 2.2z"/>
                    <path
                        class="sun"
                        d="M8 .8v1.7M8 13.5v1.7M.8 8h1.7M13.5 8h1.7M2.9 2.9l1.2 1.2M11.9 11.9l1.2 1.2M2.9 13.1l1.2-1.2M11.9 4.1l1.2-1.2"
                    />
                </svg>
            </button>
            <Help/>
        </div>
    }
}

fn view_button(store: Store, view: View) -> impl IntoView {
    let rows = view == View::Rows;
    let pressed = class(move || if store.rows.get() == rows { "true" } else { "false" });
    view! {
        <button
            type="button"
            aria-pressed=pressed
            aria-keyshortcuts="v"
            on:click=click(move || store.choose(|choices| choices.view = Some(view)))
        >
            {if rows { "Rows" } else { "Cards" }}
        </button>
    }
}
