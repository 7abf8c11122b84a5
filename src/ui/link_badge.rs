//! State of the connection and age of the data.

use leptos::prelude::*;

use super::{
    format::THIN,
    live,
    store::{Link, Store},
};

#[component]
pub(crate) fn LinkBadge(store: Store) -> impl IntoView {
    let paused = move || store.moment.read().paused.is_some();
    let class = live::class(move || if paused() { "link paused" } else { class(store.link.get()) });
    let state = live::text(move || if paused() { "Paused".to_owned() } else { state(store.link.get()) });
    let age =
        live::text(move || if paused() { [" · ", &store.taken()].concat() } else { age(store.link.get()) });
    view! {
        <span class=class data-testid="link">
            <svg class="dot" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <circle class="halo" cx="6" cy="6" r="6"/>
                <circle cx="6" cy="6" r="3.5"/>
            </svg>
            <span>
                {state}
                <span class="age">{age}</span>
            </span>
        </span>
    }
}

const fn class(link: Link) -> &'static str {
    match link {
        Link::Connecting => "link connecting",
        Link::Live { .. } => "link live",
        Link::Stale { .. } => "link stale",
        Link::Reconnecting { .. } => "link reconnecting",
    }
}

fn seconds(seconds: u32) -> String {
    let mut text = seconds.to_string();
    text.push(THIN);
    text.push('s');
    text
}

fn state(link: Link) -> String {
    match link {
        // Before the client runs, an age would be a guess.
        Link::Connecting => "Connecting".to_owned(),
        Link::Live { age } => ["Live · ", &seconds(age)].concat(),
        Link::Stale { .. } => "Stale".to_owned(),
        Link::Reconnecting { in_seconds: 0, .. } => "Reconnecting".to_owned(),
        Link::Reconnecting { in_seconds, .. } => ["Reconnecting in ", &seconds(in_seconds)].concat(),
    }
}

/// How old the data is, where the state does not say so.
fn age(link: Link) -> String {
    match link {
        Link::Stale { age } | Link::Reconnecting { age: Some(age), .. } => {
            [" · data ", &seconds(age), " old"].concat()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_state_and_age() {
        let plain = |link| [state(link), age(link)].concat().replace(THIN, " ");
        assert_eq!(plain(Link::Live { age: 1 }), "Live · 1 s");
        assert_eq!(plain(Link::Stale { age: 9 }), "Stale · data 9 s old");
        let waiting = Link::Reconnecting { in_seconds: 2, age: Some(7), full: false };
        assert_eq!(plain(waiting), "Reconnecting in 2 s · data 7 s old");
        assert_eq!(plain(Link::Reconnecting { in_seconds: 0, age: None, full: false }), "Reconnecting");
    }
}
