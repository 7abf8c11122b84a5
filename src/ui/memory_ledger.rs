//! Whose the memory of a GPU is.

use leptos::prelude::*;

use super::{
    format,
    store::{Card, MemoryOwner, Segment},
};

/// Colours that users take in turn.
const COLOURS: usize = 6;

#[component]
pub(crate) fn MemoryLedger(card: Card) -> impl IntoView {
    let bar = move || {
        card.ledger
            .with(|ledger| ledger.0.iter().map(|part| view! { <Part part=part.clone()/> }).collect_view())
    };
    let legend = move || {
        card.ledger
            .with(|ledger| ledger.0.iter().map(|part| view! { <Entry part=part.clone()/> }).collect_view())
    };
    view! {
        <svg class="bar ledger" width="100%" height="8" role="img" aria-label="Memory by user" data-testid="ledger">
            {bar}
        </svg>
        <ul class="legend" data-testid="legend">
            {legend}
        </ul>
    }
}

#[component]
fn Part(part: Segment) -> impl IntoView {
    let fill = match part.owner {
        MemoryOwner::Unattributed => Some("url(#paint-hatch)"),
        MemoryOwner::User { .. } | MemoryOwner::Nameless => None,
    };
    view! {
        <rect
            class=class(&part.owner)
            x=format::length(part.start)
            width=format::length(part.length)
            height="8"
            fill=fill
        >
            <title>{[name(&part.owner), " · ", &format::memory(part.mib).text()].concat()}</title>
        </rect>
    }
}

#[component]
fn Entry(part: Segment) -> impl IntoView {
    let text = [name(&part.owner), " ", &format::memory(part.mib).text()].concat();
    view! {
        <li>
            <svg width="8" height="8" aria-hidden="true">
                <rect class=class(&part.owner) width="8" height="8" rx="2"/>
            </svg>
            <span>{text}</span>
        </li>
    }
}

fn name(owner: &MemoryOwner) -> &str {
    match owner {
        MemoryOwner::User { name, .. } => name,
        MemoryOwner::Nameless => "unknown user",
        MemoryOwner::Unattributed => "unattributed",
    }
}

fn class(owner: &MemoryOwner) -> &'static str {
    const USERS: [&str; COLOURS] = ["user-0", "user-1", "user-2", "user-3", "user-4", "user-5"];
    match owner {
        MemoryOwner::User { colour, .. } => USERS[colour % COLOURS],
        MemoryOwner::Nameless => "nameless",
        MemoryOwner::Unattributed => "unattributed",
    }
}
