//! The browser's tab: its title and its icon.

use leptos::prelude::*;

use crate::ui::{store::Store, title, worst};

/// Keeps both current, for as long as the page lives.
pub(super) fn label(store: Store) {
    let mut told = String::new();
    let mut drawn = None;
    Effect::new(move |_| {
        let link = store.link.get();
        let (words, level) = store.machine.with(|machine| (title(link, machine), worst(link, machine).0));
        let paused = store.moment.with(|moment| moment.paused.is_some());
        let words = if paused { ["Paused · ", &words].concat() } else { words };
        // What the reader asked to be told comes first, until they look.
        let news = store.lookout.with(|lookout| {
            lookout.tidings.last().filter(|_| lookout.unseen).map(|tiding| tiding.title.clone())
        });
        let words = match news {
            Some(news) => [&news, " · ", &words].concat(),
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
