//! A value on the page.

use leptos::prelude::*;

use super::shown::Shown;

/// A number with its unit in small, or a dash that says why.
#[component]
pub(crate) fn Value(shown: Memo<Shown>, testid: &'static str) -> impl IntoView {
    view! {
        <span
            class=move || shown.with(Shown::class)
            title=move || shown.with(|shown| shown.note.clone())
            data-testid=testid
        >
            {move || shown.with(|shown| shown.text.clone())}
            <small>{move || shown.with(|shown| shown.unit.clone())}</small>
        </span>
    }
}

/// Words.
#[component]
pub(crate) fn Words(shown: Memo<Shown>, testid: &'static str) -> impl IntoView {
    view! {
        <span
            class=move || shown.with(Shown::class)
            title=move || shown.with(|shown| shown.note.clone())
            data-testid=testid
        >
            {move || shown.with(|shown| shown.text.clone())}
        </span>
    }
}

/// A bar as long as `percent` says; nothing where it is unknown.
#[component]
pub(crate) fn Bar(percent: Memo<Option<u32>>, paint: &'static str) -> impl IntoView {
    view! {
        <svg
            class="bar"
            class:nothing=move || percent.get().is_none()
            width="100%"
            height="8"
            aria-hidden="true"
        >
            <rect
                width=move || tenths_of_percent(percent.get().unwrap_or_default())
                height="8"
                fill=paint
            />
        </svg>
    }
}

/// `tenths` of a percent as an SVG length.
#[must_use]
pub(crate) fn tenths_of_percent(tenths: u32) -> String {
    [(tenths / 10).to_string(), ".".to_owned(), (tenths % 10).to_string(), "%".to_owned()].concat()
}
