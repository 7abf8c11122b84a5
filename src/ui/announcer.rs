//! Tells a screen reader what changed in state, and never a figure.

use leptos::prelude::*;

use super::{
    live::text,
    store::{Link, Lookout, Store},
    watching::watched,
};
use crate::telemetry::{Event, EventKind, Timestamp};

/// What was known when something was said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    link: &'static str,
    newest: Timestamp,
}

#[component]
pub(crate) fn Announcer(store: Store) -> impl IntoView {
    let news = RwSignal::new(Vec::new());
    Effect::new(move |before: Option<Known>| {
        let link = name(store.link.get());
        store.machine.with(|machine| {
            let now = Known { link, newest: newest(&machine.events) };
            let words = before.map_or_else(Vec::new, |before| said(before, now, &machine.events));
            if !words.is_empty() {
                news.set(words);
            }
            now
        })
    });
    Effect::new(move |before: Option<(usize, String)>| {
        let now = watch(store.lookout);
        if let Some((told, words)) = before {
            let newest = store.lookout.tidings.with(|tidings| {
                tidings.iter().skip(told).map(|tiding| tiding.words.clone()).collect::<Vec<String>>()
            });
            if !newest.is_empty() {
                news.set(newest);
            } else if words != now.1 {
                let none = now.1.is_empty();
                news.set(vec![if none { "Nothing is watched.".to_owned() } else { now.1.clone() }]);
            }
        }
        now
    });
    view! {
        <p class="unseen" role="status" data-testid="announcer">{text(move || news.read().join(" "))}</p>
    }
}

/// How much came to pass, and what is waited for.
fn watch(lookout: Lookout) -> (usize, String) {
    (lookout.tidings.with(Vec::len), lookout.watches.with(|watches| watched(watches)))
}

const fn name(link: Link) -> &'static str {
    match link {
        Link::Connecting => "",
        Link::Live { .. } => "Live.",
        Link::Stale { .. } => "Stale: the server has no fresh sample.",
        Link::Reconnecting { .. } => "Connection to the server lost.",
    }
}

fn newest(events: &[Event]) -> Timestamp {
    events.last().map(|event| event.time).unwrap_or_default()
}

/// The sentences that are new.
fn said(before: Known, now: Known, events: &[Event]) -> Vec<String> {
    let mut words = Vec::new();
    // That a page comes to life is no news.
    if before.link != now.link && !before.link.is_empty() {
        words.push(now.link.to_owned());
    }
    let fresh = events.iter().filter(|event| event.time > before.newest && event.kind != EventKind::Mig);
    words.extend(fresh.map(|event| event.text.clone()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(link: Link, millis: u64) -> Known {
        Known { link: name(link), newest: Timestamp::from_millis(millis) }
    }

    fn event(millis: u64, text: &str) -> Event {
        let time = Timestamp::from_millis(millis);
        Event { time, gpu: None, kind: EventKind::Lost, xid: None, text: text.into() }
    }

    #[test]
    fn a_change_of_state_is_news_and_an_age_is_not() {
        let live = |age| at(Link::Live { age }, 0);
        assert_eq!(said(live(1), live(2), &[]).concat(), "");
        assert_eq!(said(at(Link::Connecting, 0), live(1), &[]).concat(), "");
        let lost = at(Link::Reconnecting { in_seconds: 3, age: None }, 0);
        assert_eq!(said(live(1), lost, &[]).concat(), "Connection to the server lost.");
        assert_eq!(said(lost, live(1), &[]).concat(), "Live.");
    }

    #[test]
    fn only_events_that_are_new_are_told() {
        let events = [event(1, "Old."), event(5, "GPU 1 is lost."), event(5, "GPU 2 is lost.")];
        let live = |millis| at(Link::Live { age: 1 }, millis);
        assert_eq!(said(live(1), live(5), &events).join(" "), "GPU 1 is lost. GPU 2 is lost.");
        assert_eq!(said(live(5), live(5), &events).concat(), "");
    }
}
