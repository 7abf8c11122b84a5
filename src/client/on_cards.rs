//! The buttons on cards and beside processes: one listener for all of them.

use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{notifier, window::listen_to};
use crate::ui::{called, store::Store};

/// Listens for as long as the page lives.
pub(super) fn listen(store: Store) {
    listen_to("click", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let within = |selector| target.as_ref()?.closest(selector).ok().flatten();
        let Some(key) = within("[data-key]").and_then(|element| element.get_attribute("data-key")) else {
            return;
        };
        if within(".fold").is_some() {
            store.choose(|choices| choices.fold(&key));
        } else if within(".bell").is_some() {
            let row = within("[data-pid]").and_then(|row| row.get_attribute("data-pid"));
            pressed(store, &key, row.and_then(|pid| pid.parse().ok()));
        }
    });
}

/// The bell of this GPU, or of this process on it.
fn pressed(store: Store, key: &str, pid: Option<u32>) {
    let words = store.card(key).zip(pid).and_then(|(card, pid)| {
        let gpu = card.gpu.read_untracked();
        gpu.known().processes.iter().find(|process| process.pid == pid).map(called)
    });
    store.toggle_watch(key, pid, words.unwrap_or_default());
    if !store.lookout.read_untracked().watches.is_empty() {
        notifier::ask(store);
    }
}
