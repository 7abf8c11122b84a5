//! Tells a screen reader what changed in state, and never a figure.

use leptos::prelude::*;

use super::{
    effect::effect,
    live::text,
    store::{Field, Link, Store, Tiding},
    watching::watched,
};
use crate::telemetry::{Event, EventKind, Timestamp};

/// What was known when something was said last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known {
    link: &'static str,
    newest: Timestamp,
    /// How much came to pass that the reader waited for.
    told: usize,
    /// What the reader waits for.
    watched: String,
}

#[component]
pub(crate) fn Announcer(store: Store) -> impl IntoView {
    let news = Field::new(Vec::new());
    let mut before: Option<Known> = None;
    effect(move || {
        let link = name(store.link.get());
        let (machine, lookout) = (store.machine.read(), store.lookout.read());
        let watched = watched(&lookout.watches);
        let newest = newest(&machine.events);
        let now = Known { link, newest, told: lookout.tidings.len(), watched };
        if let Some(before) = &before {
            let mut words = said(before, &now, &machine.events);
            words.extend(came(before, &now, &lookout.tidings));
            if !words.is_empty() {
                news.set(words);
            }
        }
        before = Some(now);
    });
    view! {
        <p class="unseen" role="status" data-testid="announcer">{text(move || news.read().join(" "))}</p>
    }
}

const fn name(link: Link) -> &'static str {
    match link {
        Link::Connecting => "",
        Link::Live { .. } => "Live.",
        Link::Stale { .. } => "Stale: the server has no fresh sample.",
        Link::Reconnecting { full: true, .. } => "The server has no room for another viewer.",
        Link::Reconnecting { .. } => "Connection to the server lost.",
    }
}

fn newest(events: &[Event]) -> Timestamp {
    events.last().map(|event| event.time).unwrap_or_default()
}

/// The sentences that are new.
fn said(before: &Known, now: &Known, events: &[Event]) -> Vec<String> {
    let mut words = Vec::new();
    // That a page comes to life is no news.
    if before.link != now.link && !before.link.is_empty() {
        words.push(now.link.to_owned());
    }
    let fresh = events.iter().filter(|event| event.time > before.newest && event.kind != EventKind::Mig);
    words.extend(fresh.map(|event| event.text.clone()));
    words
}

/// What came to pass, or else what is waited for from now on.
fn came(before: &Known, now: &Known, tidings: &[Tiding]) -> Vec<String> {
    if now.told > before.told {
        tidings.iter().skip(before.told).map(|tiding| tiding.words.clone()).collect()
    } else if now.watched == before.watched {
        Vec::new()
    } else if now.watched.is_empty() {
        vec!["Nothing is watched.".to_owned()]
    } else {
        vec![now.watched.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(link: Link, millis: u64) -> Known {
        Known { link: name(link), newest: Timestamp::from_millis(millis), ..Known::default() }
    }

    fn event(millis: u64, text: &str) -> Event {
        let time = Timestamp::from_millis(millis);
        Event { time, gpu: None, kind: EventKind::Lost, xid: None, text: text.into() }
    }

    #[test]
    fn a_change_of_state_is_news_and_an_age_is_not() {
        let live = |age| at(Link::Live { age }, 0);
        assert_eq!(said(&live(1), &live(2), &[]).concat(), "");
        assert_eq!(said(&at(Link::Connecting, 0), &live(1), &[]).concat(), "");
        let lost = at(Link::Reconnecting { in_seconds: 3, age: None, full: false }, 0);
        assert_eq!(said(&live(1), &lost, &[]).concat(), "Connection to the server lost.");
        assert_eq!(said(&lost, &live(1), &[]).concat(), "Live.");
    }

    #[test]
    fn only_events_that_are_new_are_told() {
        let events = [event(1, "Old."), event(5, "GPU 1 is lost."), event(5, "GPU 2 is lost.")];
        let live = |millis| at(Link::Live { age: 1 }, millis);
        assert_eq!(said(&live(1), &live(5), &events).join(" "), "GPU 1 is lost. GPU 2 is lost.");
        assert_eq!(said(&live(5), &live(5), &events).concat(), "");
    }

    #[test]
    fn what_is_watched_and_what_came_of_it_is_told_once() {
        let known = |told, watched: &str| Known { told, watched: watched.into(), ..Known::default() };
        let tidings = [Tiding { gpu: 0, title: "It ended".into(), words: "It ended.".into() }];
        assert_eq!(came(&known(0, ""), &known(0, "You will be told."), &[]).concat(), "You will be told.");
        assert_eq!(came(&known(0, "A."), &known(0, "A."), &[]).concat(), "");
        assert_eq!(came(&known(0, "A."), &known(1, ""), &tidings).concat(), "It ended.");
        assert_eq!(came(&known(1, ""), &known(0, ""), &[]).concat(), "", "it was dismissed");
        assert_eq!(came(&known(0, "A."), &known(0, ""), &[]).concat(), "Nothing is watched.");
    }
}
