//! Brings the page to life.

use leptos::{prelude::*, task::spawn_local};

use super::{socket, window};
use crate::ui::{store::Store, title};

/// Connects the page's store to the server and to the browser, for as long as the
/// page lives.
pub fn start(store: Store) {
    window::watch(store);
    let title = Memo::new(move |_| {
        let host = store.system.with(|system| system.as_ref()?.hostname.clone());
        title(store.link.get(), host.as_deref(), store.simulated.get())
    });
    Effect::new(move |_| document().set_title(&title.get()));
    spawn_local(socket::run(store, window::wakes(store)));
}
