//! What the reader must know before believing a number.

use leptos::prelude::*;

use super::{
    live::text,
    store::{Link, Store},
};

/// Kinds of banners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Simulated,
    Stale,
    Lost,
}

#[component]
pub(crate) fn Banners(store: Store) -> impl IntoView {
    let simulated = Memo::new(move |_| store.machine.with(|machine| machine.simulated));
    let stale = Memo::new(move |_| matches!(store.link.get(), Link::Stale { .. }));
    let lost = Memo::new(move |_| matches!(store.link.get(), Link::Reconnecting { .. }));
    move || {
        [(simulated, Kind::Simulated), (stale, Kind::Stale), (lost, Kind::Lost)]
            .into_iter()
            .filter(|(so, _)| so.get())
            .map(|(_, kind)| view! { <Banner store kind/> })
            .collect_view()
    }
}

#[component]
fn Banner(store: Store, kind: Kind) -> impl IntoView {
    let (class, role, testid) = match kind {
        Kind::Simulated => ("banner", None, "demo-banner"),
        Kind::Lost => ("banner warn", Some("alert"), "lost-banner"),
        Kind::Stale => ("banner warn", Some("alert"), "stale-banner"),
    };
    let retry = (kind == Kind::Lost).then(|| {
        view! {
            <button type="button" data-testid="retry" on:click=move |_| store.retry.notify()>
                "Retry now"
            </button>
        }
    });
    view! {
        <p class=class role=role data-testid=testid>
            <span>{text(move || words(store, kind))}</span>
            {retry}
        </p>
    }
}

fn words(store: Store, kind: Kind) -> String {
    let (before, after) = match kind {
        Kind::Simulated => {
            return "Simulated data: none of these GPUs exists, the figures are invented to show the page."
                .into();
        }
        Kind::Lost => ("Connection to the server lost. Values below are from ", " and are not updating."),
        Kind::Stale => {
            ("The server answers, but has no fresh sample: the driver may hang. Values below are from ", ".")
        }
    };
    [before, &store.taken(), after].concat()
}
