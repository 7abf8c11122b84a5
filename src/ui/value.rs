//! A value on the page.

use leptos::prelude::*;

use super::{
    live::{Class, Note, Text, class, note, text},
    shown::Shown,
};

/// A number with its unit in small, or words, or a dash that says why.
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

fn class_of(shown: Memo<Shown>) -> Class {
    class(move || shown.with(Shown::class))
}

fn note_of(shown: Memo<Shown>) -> Note {
    note(move || shown.with(|shown| shown.note.clone()))
}

fn text_of(shown: Memo<Shown>) -> Text {
    text(move || shown.with(|shown| shown.text.clone()))
}
