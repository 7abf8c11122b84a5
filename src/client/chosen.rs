//! The reader's choices: kept in the browser, and put in force where the page's
//! components do not do that themselves.

use leptos::prelude::*;

use super::preferences::{read, write};
use crate::ui::{
    effect,
    store::{Store, Theme},
};

/// Where they are kept; another format gets another number.
const KEY: &str = "gpu-observatory.1";

/// The colours of the browser around the page; those of the style sheet's `--ground`.
const GROUNDS: [(&str, &str); 2] = [("dark", "#0a0e1a"), ("light", "#f4f6ff")];

/// Takes over what the reader chose last time, and keeps what they choose from now on.
pub(super) fn keep(store: Store) {
    // A browser may forbid it. Then choices last as long as the page.
    let storage = window().local_storage().ok().flatten();
    if let Some(line) = storage.as_ref().and_then(|storage| storage.get_item(KEY).ok().flatten()) {
        store.choose(|choices| read(&line, choices));
    }
    let mut kept: Option<String> = None;
    effect(move || {
        let line = write(&store.choices.read());
        if let (Some(kept), Some(storage)) = (&kept, &storage)
            && *kept != line
        {
            _ = storage.set_item(KEY, &line);
        }
        kept = Some(line);
    });
    let mut painted = None;
    effect(move || {
        let theme = store.choices.read().theme;
        if painted.replace(theme) != Some(theme) {
            paint(theme);
            store.theme.notify();
        }
    });
    // Views and folded cards are the page's own from here on.
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-alive", "");
        _ = root.remove_attribute("data-view");
        _ = root.remove_attribute("data-fold");
    }
}

fn paint(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        theme => root.set_attribute("data-theme", theme.name()),
    };
    for (name, ground) in GROUNDS {
        let chosen = GROUNDS.iter().find(|(name, _)| *name == theme.name());
        let selector = ["meta[media*=", name, "]"].concat();
        if let Ok(Some(meta)) = document().query_selector(&selector) {
            _ = meta.set_attribute("content", chosen.map_or(ground, |(_, ground)| ground));
        }
    }
}
