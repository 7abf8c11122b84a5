//! What the reader is going to be told of, and what came of it.

use leptos::prelude::*;

use super::{
    list::{Note, notes},
    live::{class, flag},
    piece::Piece,
    store::{Lookout, Store, Watch},
    time_bar::{Button, PLAIN, button},
};

#[component]
pub(crate) fn Watching(store: Store) -> impl IntoView {
    let lookout = store.lookout;
    let name = move || if lookout.read().tidings.is_empty() { "Stop watching" } else { "Dismiss" };
    let clear = Button { testid: "watching-clear", press: Store::clear_lookout, ..PLAIN };
    view! {
        <section
            class="panel watching"
            aria-label="Tell me when"
            data-testid="watching"
            hidden=flag(move || lookout.read().is_empty())
        >
            {notes(Piece::new("div"), move || said(&lookout.read()))}
            {button(store, clear, class(name))}
        </section>
    }
}

/// What came to pass, what is waited for, and why the browser shows no notification.
fn said(lookout: &Lookout) -> Vec<Note> {
    let note = |class, testid, words| Note { class, role: "note", testid, words };
    let told = lookout.tidings.iter().map(|tiding| note("told", "tiding", tiding.words.clone()));
    let mut said: Vec<Note> = told.collect();
    if !lookout.watches.is_empty() {
        said.push(note("", "watched", watched(&lookout.watches)));
    }
    said.extend(hitch(lookout));
    said
}

/// Why the browser shows no notification.
pub(super) fn hitch(lookout: &Lookout) -> Option<Note> {
    let says = !lookout.hitch.is_empty() && !lookout.is_empty();
    says.then(|| Note { class: "hitch", role: "note", testid: "hitch", words: lookout.hitch.to_owned() })
}

/// "You will be told, while this page is open, when GPU 3 is free for 2 minutes."
pub(super) fn watched(watches: &[Watch]) -> String {
    if watches.is_empty() {
        return String::new();
    }
    let one = |watch: &Watch| {
        let why = watch.unknown.map(|reason| [" (cannot be told now: ", reason.text(), ")"].concat());
        ["when ", &watch.when(), &why.unwrap_or_default()].concat()
    };
    let all: Vec<String> = watches.iter().map(one).collect();
    ["You will be told, while this page is open, ", &all.join(", "), "."].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{telemetry::Reason, ui::store::Watched};

    #[test]
    fn all_that_is_waited_for_is_said_and_what_cannot_be_told() {
        let process = Watched { pid: 7, name: None, words: "PID 7 (python train.py)".into() };
        let free = Watch { key: "G".into(), gpu: 3, process: None, unknown: Some(Reason::HiddenByMig) };
        let end = Watch { process: Some(process), unknown: None, ..free.clone() };
        assert_eq!(watched(&[]), "");
        assert_eq!(
            watched(&[free, end]),
            "You will be told, while this page is open, when GPU 3 is free for 2 minutes (cannot be told \
             now: hidden while MIG is on), when PID 7 (python train.py) ended."
        );
    }
}
