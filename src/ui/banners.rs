//! What the reader must know before believing a number.

use leptos::prelude::*;

use super::{
    marked::marked,
    shown::Shown,
    sources,
    store::{Link, Store},
};

/// Kinds of banners, in their order on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Simulated,
    /// A lesser source stands in.
    StandIn,
    /// No source answers.
    Silent,
    Stale,
    Lost,
}

#[component]
pub(crate) fn Banners(store: Store) -> impl IntoView {
    let notice = Memo::new(move |_| Shown::text(store.machine.with(sources::notice)));
    let is = move |kind: Kind| {
        Memo::new(move |_| match kind {
            Kind::Simulated => store.machine.with(|machine| machine.simulated),
            Kind::StandIn | Kind::Silent => {
                let answers = store.machine.with(|machine| machine.origin.provider.is_some());
                answers == (kind == Kind::StandIn) && notice.with(|notice| !notice.text.is_empty())
            }
            Kind::Stale => matches!(store.link.get(), Link::Stale { .. }),
            Kind::Lost => matches!(store.link.get(), Link::Reconnecting { .. }),
        })
    };
    let kinds =
        [Kind::Simulated, Kind::StandIn, Kind::Silent, Kind::Stale, Kind::Lost].map(|kind| (is(kind), kind));
    move || {
        kinds
            .into_iter()
            .filter(|(is, _)| is.get())
            .map(|(_, kind)| view! { <Banner store kind notice/> })
            .collect_view()
    }
}

#[component]
fn Banner(store: Store, kind: Kind, notice: Memo<Shown>) -> impl IntoView {
    let (class, role, testid) = match kind {
        Kind::Simulated => ("banner", None, "demo-banner"),
        Kind::StandIn => ("banner", None, "stand-in-banner"),
        Kind::Silent => ("banner warn", Some("alert"), "silent-banner"),
        Kind::Stale => ("banner warn", Some("alert"), "stale-banner"),
        Kind::Lost => ("banner warn", Some("alert"), "lost-banner"),
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
            <span>{move || marked(&words(store, kind, notice))}</span>
            {retry}
        </p>
    }
}

fn words(store: Store, kind: Kind, notice: Memo<Shown>) -> String {
    let (before, after) = match kind {
        Kind::Simulated => {
            return "Simulated data: none of these GPUs exists, the figures are invented to show the page."
                .into();
        }
        Kind::StandIn | Kind::Silent => return notice.with(|notice| notice.text.clone()),
        Kind::Lost => ("Connection to the server lost. Values below are from ", " and are not updating."),
        Kind::Stale => {
            ("The server answers, but has no fresh sample: the driver may hang. Values below are from ", ".")
        }
    };
    [before, &store.taken(), after].concat()
}
