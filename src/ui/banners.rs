//! What the reader must know before believing a number.

use leptos::prelude::*;

use super::store::{Link, Store};

/// Kinds of banners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Simulated,
    Lost,
    Stale,
}

#[component]
pub(crate) fn Banners(store: Store) -> impl IntoView {
    move || {
        let simulated = store.machine.with(|machine| machine.simulated);
        let trouble = match store.link.get() {
            Link::Connecting | Link::Live { .. } => None,
            Link::Stale { .. } => Some(Kind::Stale),
            Link::Reconnecting { .. } => Some(Kind::Lost),
        };
        let kinds = simulated.then_some(Kind::Simulated).into_iter().chain(trouble);
        kinds.map(|kind| view! { <Banner store kind/> }).collect_view()
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
            <span>{words(store, kind)}</span>
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
