//! Brings the page to life.

use leptos::task::spawn_local;

use super::{chosen, keyboard, notifier, on_cards, pointing, socket, tab, window};
use crate::ui::{draw_plots, store::Store};

/// Connects the page's store to the server and to the browser, for as long as the
/// page lives.
pub fn start(store: Store) {
    window::watch(store);
    chosen::keep(store);
    draw_plots(store);
    keyboard::listen(store);
    tab::label(store);
    pointing::listen(store);
    on_cards::listen(store);
    notifier::follow(store);
    spawn_local(socket::run(store, window::wakes(store)));
}
