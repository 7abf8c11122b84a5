//! The address that opens a GPU's details.

use leptos::{html::Dialog, prelude::*, web_sys::Event};

use crate::ui::{
    effect::effect,
    store::{Field, Store},
};

const PREFIX: &str = "#gpu-";

/// Opens the dialog while the address names a GPU of this page, and closes it else.
pub(super) fn follow(store: Store, dialog: NodeRef<Dialog>, opened: Field<Option<i32>>) {
    let read = move || opened.set(named());
    effect(read);
    let heard: Box<dyn Fn(Event)> = Box::new(move |_| read());
    let listener = window_event_listener_untyped("hashchange", heard);
    on_cleanup(move || listener.remove());
    effect(move || {
        let known = super::card(store, opened.get()).is_some();
        let Some(dialog) = dialog.get() else { return };
        if known && !dialog.open() {
            _ = dialog.show_modal();
        } else if !known && dialog.open() {
            dialog.close();
        }
    });
}

/// The GPU that the address names.
fn named() -> Option<i32> {
    window().location().hash().ok()?.strip_prefix(PREFIX)?.parse().ok()
}

/// Takes the GPU out of the address. Replaced, not set: that would scroll to the top.
pub(super) fn leave(opened: Field<Option<i32>>) {
    opened.set(None);
    let location = window().location();
    if let (Ok(path), Ok(query), Ok(history)) = (location.pathname(), location.search(), window().history()) {
        _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&[path, query].concat()));
    }
}
