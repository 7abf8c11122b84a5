//! A value on the page.

use leptos::prelude::*;

use super::shown::Shown;

/// A number with its unit in small, or a dash that says why.
#[component]
pub(crate) fn Value(shown: Memo<Shown>, testid: &'static str) -> impl IntoView {
    let unit = Signal::derive(move || shown.with(|shown| shown.unit.clone()));
    view! {
        <span class=class(shown) title=note(shown) data-testid=testid>
            {text(shown)}
            <small>{unit}</small>
        </span>
    }
}

/// Words.
#[component]
pub(crate) fn Words(shown: Memo<Shown>, testid: &'static str) -> impl IntoView {
    view! {
        <span class=class(shown) title=note(shown) data-testid=testid>
            {text(shown)}
        </span>
    }
}

// All that changes on the page is one of these few types of signals: each type
// is code that the client must carry.

fn class(shown: Memo<Shown>) -> Signal<&'static str> {
    Signal::derive(move || shown.with(Shown::class))
}

fn note(shown: Memo<Shown>) -> Signal<Option<String>> {
    Signal::derive(move || shown.with(|shown| shown.note.clone()))
}

fn text(shown: Memo<Shown>) -> Signal<String> {
    Signal::derive(move || shown.with(|shown| shown.text.clone()))
}

/// A bar as long as `width`, an SVG length, says; nothing where it is unknown.
#[component]
pub(crate) fn Bar(width: Signal<Option<String>>, paint: &'static str) -> impl IntoView {
    let class = Signal::derive(move || if width.with(Option::is_some) { "bar" } else { "bar nothing" });
    view! {
        <svg class=class width="100%" height="8" aria-hidden="true">
            <rect width=width height="8" fill=paint/>
        </svg>
    }
}
