//! Whose the memory of a GPU is.

use leptos::prelude::*;

use super::{
    format,
    list::{Bar, Item, bars, items},
    piece::{Live, Piece},
    store::{Card, MemoryOwner, Segment},
};
use crate::telemetry::Reason;

/// How those are called of whom the operator tells nothing.
pub(super) const HIDDEN_USERS: &str = "hidden users";

/// Colours that users take in turn.
const COLOURS: usize = 6;

#[component]
pub(crate) fn MemoryLedger(card: Card) -> impl IntoView {
    let legend = Piece::new("ul").with("class", "legend").with("data-testid", "legend");
    let legend = items(legend, move || card.ledger.read().0.iter().map(entry).collect());
    view! {
        {ledger_bar(card)}
        {legend}
    }
}

/// The bar alone.
pub(super) fn ledger_bar(card: Card) -> Live {
    let bar = Piece::svg("svg")
        .with("class", "bar ledger")
        .with("width", "100%")
        .with("height", "8")
        .with("role", "img")
        .with("aria-label", "Memory by user")
        .with("data-testid", "ledger");
    bars(bar, move || card.ledger.read().0.iter().map(part).collect())
}

fn part(part: &Segment) -> Bar {
    Bar {
        class: class(&part.owner),
        x: format::length(part.start),
        y: "0".to_owned(),
        width: format::length(part.length),
        height: "8".to_owned(),
        fill: "url(#paint-hatch)",
        title: title(part),
    }
}

/// "alice · 40.0 GiB", and why a name is missing.
fn title(part: &Segment) -> String {
    let why = if part.owner == MemoryOwner::Hidden { [" · ", Reason::Hidden.text()] } else { [""; 2] };
    [name(&part.owner), " · ", &format::memory(part.mib).text(), &why.concat()].concat()
}

fn entry(part: &Segment) -> Item {
    Item {
        bar: Some((class(&part.owner), "100%".to_owned())),
        more: [name(&part.owner), " ", &format::memory(part.mib).text()].concat(),
        ..Item::default()
    }
}

fn name(owner: &MemoryOwner) -> &str {
    match owner {
        MemoryOwner::User { name, .. } => name,
        MemoryOwner::Nameless => "unknown user",
        MemoryOwner::Hidden => HIDDEN_USERS,
        MemoryOwner::Unattributed => "unattributed",
    }
}

fn class(owner: &MemoryOwner) -> &'static str {
    const USERS: [&str; COLOURS] = ["user-0", "user-1", "user-2", "user-3", "user-4", "user-5"];
    match owner {
        MemoryOwner::User { colour, .. } => USERS[colour % COLOURS],
        MemoryOwner::Nameless | MemoryOwner::Hidden => "nameless",
        MemoryOwner::Unattributed => "unattributed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_hidden_is_so_for_a_reason() {
        let part = |owner| title(&Segment { owner, mib: 1024.0, start: 0.0, length: 1.0 });
        assert_eq!(
            part(MemoryOwner::Hidden).replace(format::THIN, " "),
            "hidden users · 1.0 GiB · hidden by whoever runs this dashboard"
        );
        assert!(part(MemoryOwner::Nameless).starts_with("unknown user · "));
        assert!(!part(MemoryOwner::Nameless).contains("dashboard"));
    }
}
