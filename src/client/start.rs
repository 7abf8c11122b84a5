//! Brings the page to life.

use leptos::{prelude::*, task::spawn_local};

use super::{socket, window};
use crate::ui::{store::Store, title};

/// Connects the page's store to the server and to the browser, for as long as the
/// page lives.
pub fn start(store: Store) {
    window::watch(store);
    let mut told = String::new();
    Effect::new(move |_| {
        let link = store.link.get();
        let words = store.machine.with(|machine| title(link, machine.hostname(), machine.simulated));
        if words != told {
            document().set_title(&words);
            told = words;
        }
    });
    spawn_local(socket::run(store, window::wakes(store)));
}
