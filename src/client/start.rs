//! Brings the page to life.

use leptos::{prelude::*, task::spawn_local};

use super::{pointing, socket, window};
use crate::ui::{store::Store, title};

/// Connects the page's store to the server and to the browser, for as long as the
/// page lives.
pub fn start(store: Store) {
    window::watch(store);
    pointing::listen(store);
    let mut told = String::new();
    Effect::new(move |_| {
        let link = store.link.get();
        let mut words = store.machine.with(|machine| title(link, machine.hostname(), machine.simulated));
        if store.moment.with(|moment| moment.paused.is_some()) {
            words.insert_str(0, "Paused · ");
        }
        if words != told {
            document().set_title(&words);
            told = words;
        }
    });
    spawn_local(socket::run(store, window::wakes(store)));
}
