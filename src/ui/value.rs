//! A value on the page.

use leptos::prelude::*;

use super::{
    live::{Class, Note, Text, class, note, text},
    shown::Shown,
};

/// A number with its unit in small, or a dash that says why.
#[component]
pub(crate) fn Value(shown: Memo<Shown>, testid: &'static str) -> impl IntoView {
    let unit = text(move || shown.with(|shown| shown.unit.clone()));
    view! {
        <span class=class_of(shown) title=note_of(shown) data-testid=testid>
            {text_of(shown)}
            <small>{unit}</small>
        </span>
    }
}

/// Words.
#[component]
pub(crate) fn Words(shown: Memo<Shown>, testid: &'static str) -> impl IntoView {
    view! {
        <span class=class_of(shown) title=note_of(shown) data-testid=testid>
            {text_of(shown)}
        </span>
    }
}

fn class_of(shown: Memo<Shown>) -> Class {
    class(move || shown.with(Shown::class))
}

fn note_of(shown: Memo<Shown>) -> Note {
    note(move || shown.with(|shown| shown.note.clone()))
}

fn text_of(shown: Memo<Shown>) -> Text {
    text(move || shown.with(|shown| shown.text.clone()))
}

/// A bar as long as `width` says, in % of its track; nothing where it is unknown.
#[component]
pub(crate) fn Bar(width: Memo<Shown>, paint: &'static str) -> impl IntoView {
    let track = class(move || if width.with(|width| width.text.is_empty()) { "bar nothing" } else { "bar" });
    // An empty length is an error to a browser, none at all is not.
    let width = note(move || Some(width.with(|width| width.text.clone())).filter(|width| !width.is_empty()));
    view! {
        <svg class=track width="100%" height="8" aria-hidden="true">
            <rect width=width height="8" fill=paint/>
        </svg>
    }
}
