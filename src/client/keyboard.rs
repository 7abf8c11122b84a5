//! Keys. What has a key says so itself, in `aria-keyshortcuts`: buttons are pressed,
//! fields are focused. A digit goes to the GPU of that number.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::window::listen_to_keys;
use crate::ui::store::Store;

/// Listens for as long as the page lives.
pub(super) fn listen(store: Store) {
    listen_to_keys(move |event| pressed(store, &event));
}

fn pressed(store: Store, event: &KeyboardEvent) {
    let key = event.key();
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let within = |selector| target.as_ref().is_some_and(|target| target.matches(selector).unwrap_or(false));
    if key == "Escape" && find("dialog[open]").is_none() {
        store.choose(|choices| choices.filter.clear());
        return;
    }
    let [byte @ (b'a'..=b'z' | b'0'..=b'9' | b'/' | b'?')] = *key.as_bytes() else { return };
    if within("input, textarea, select, [contenteditable]") || find("dialog[open]").is_some() {
        return;
    }
    let digit = byte.is_ascii_digit();
    let selector = if digit {
        ["main [data-index=\"", &key, "\"]"].concat()
    } else {
        // Of buttons that exclude each other the one that is not pressed.
        ["[aria-keyshortcuts=\"", &key, "\"]:not([aria-pressed=true])"].concat()
    };
    let Some(element) = find(&selector) else { return };
    // Else a browser would search the page, or type the key into the field.
    event.prevent_default();
    if digit {
        element.scroll_into_view();
    }
    if digit || element.matches("input").unwrap_or(false) {
        _ = element.focus();
    } else if !event.repeat() {
        element.click();
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}
