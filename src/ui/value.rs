//! A value on the page.

use leptos::prelude::*;

use super::shown::Shown;

/// A number with its unit in small, or words, or a dash that says why. Written again it
/// touches of the page only what differs from before.
pub(super) fn value(testid: &'static str, shown: Shown) -> impl IntoView {
    let class = shown.class();
    view! {
        <span class=class title=shown.note data-testid=testid>
            {shown.text}
            <small>{shown.unit}</small>
        </span>
    }
}

/// A value in a table.
pub(super) fn cell(class: &'static str, testid: &'static str, shown: Shown) -> impl IntoView {
    view! { <td class=class>{value(testid, shown)}</td> }
}

/// The value that `read` gives, each time something that it reads has changed. Values of
/// which several change together belong into one function: each is work at every sample.
pub(super) fn live_value(testid: &'static str, read: impl Fn() -> Shown + Send + 'static) -> impl IntoView {
    let read: Box<dyn Fn() -> Shown + Send> = Box::new(read);
    value_of(testid, read)
}

// Not a part of the above, of which the client carries one for each `read`.
fn value_of(testid: &'static str, read: Box<dyn Fn() -> Shown + Send>) -> impl IntoView {
    move || value(testid, read())
}
