//! The browser's tab: its title and its icon.

use leptos::prelude::*;

use crate::ui::{effect, store::Store, title, worst};

/// Keeps both current, for as long as the page lives.
pub(super) fn label(store: Store) {
    let mut told = String::new();
    let mut drawn = None;
    effect(move || {
        let link = store.link.get();
        let machine = store.machine.read();
        let (words, level) = (title(link, &machine), worst(link, &machine).0);
        let words =
            if store.moment.read().paused.is_some() { ["Paused · ", &words].concat() } else { words };
        // What the reader asked to be told comes first, until they look.
        let lookout = store.lookout.read();
        let words = match lookout.tidings.last().filter(|_| lookout.unseen) {
            Some(news) => [&news.title, " · ", &words].concat(),
            None => words,
        };
        if words != told {
            document().set_title(&words);
            told = words;
        }
        if drawn != Some(level) {
            drawn = Some(level);
            if let Ok(Some(icon)) = document().query_selector("link[rel=icon]") {
                _ = icon.set_attribute("href", &level.icon());
            }
        }
    });
}
