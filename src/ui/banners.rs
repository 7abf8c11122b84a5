//! What the reader must know before believing a number.

use leptos::prelude::*;

use super::{
    demo::DemoBanner,
    list::{Note, notes, through},
    live::{click, flag},
    sources,
    store::{Link, Store},
};

#[component]
pub(crate) fn Banners(store: Store) -> impl IntoView {
    view! {
        <section class="banners" aria-label="Notices">
            <DemoBanner store/>
            {notes(through(), move || banners(store))}
            <button
                type="button"
                data-testid="retry"
                hidden=flag(move || !matches!(store.link.get(), Link::Reconnecting { .. }))
                on:click=click(move || store.retry.notify())
            >
                "Retry now"
            </button>
        </section>
    }
}

fn banners(store: Store) -> Vec<Note> {
    let mut banners = Vec::new();
    let mut say = |class, role, testid, words| banners.push(Note { class, role, testid, words });
    let machine = store.machine.read();
    let notice = sources::notice(&machine);
    if !notice.is_empty() {
        if machine.origin.provider.is_some() {
            say("banner", "note", "stand-in-banner", notice);
        } else {
            say("banner warn", "note", "silent-banner", notice);
        }
    }
    let (testid, before, after) = match store.link.get() {
        Link::Connecting | Link::Live { .. } => return banners,
        Link::Reconnecting { full: true, .. } => (
            "full-banner",
            "The server has no room for another viewer. Values below are from ",
            " and are not updating.",
        ),
        Link::Reconnecting { .. } => {
            ("lost-banner", "Connection to the server lost. Values below are from ", " and are not updating.")
        }
        Link::Stale { .. } => (
            "stale-banner",
            "The server answers, but has no fresh sample: the driver may hang. Values below are from ",
            ".",
        ),
    };
    say("banner warn", "note", testid, [before, &store.taken(), after].concat());
    banners
}
