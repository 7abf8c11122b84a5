//! State of the connection and age of the data.

use leptos::prelude::*;

use super::{
    format::THIN,
    live,
    store::{Link, Store},
};

#[component]
pub(crate) fn LinkBadge(store: Store) -> impl IntoView {
    let paused = move || store.moment.with(|moment| moment.paused.is_some());
    let class = live::class(move || if paused() { "link paused" } else { class(store.link.get()) });
    let text = live::text(move || match store.link.get() {
        _ if paused() => ["Paused · ", &store.taken()].concat(),
        // Before the client runs, an age would be a guess, so the time stands there.
        Link::Connecting => ["Connecting · ", &store.taken()].concat(),
        link => words(link),
    });
    view! {
        <span class=class data-testid="link">
            <svg class="dot" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <circle class="halo" cx="6" cy="6" r="6"/>
                <circle cx="6" cy="6" r="3.5"/>
            </svg>
            <span>{text}</span>
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

fn words(link: Link) -> String {
    let (state, age) = match link {
        Link::Connecting => return "Connecting".to_owned(),
        Link::Live { age } => return ["Live · ", &seconds(age)].concat(),
        Link::Stale { age } => ("Stale".to_owned(), Some(age)),
        Link::Reconnecting { in_seconds: 0, age } => ("Reconnecting".to_owned(), age),
        Link::Reconnecting { in_seconds, age } => (["Reconnecting in ", &seconds(in_seconds)].concat(), age),
    };
    match age {
        Some(age) => [&state, " · data ", &seconds(age), " old"].concat(),
        None => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_state_and_age() {
        let plain = |link| words(link).replace(THIN, " ");
        assert_eq!(plain(Link::Live { age: 1 }), "Live · 1 s");
        assert_eq!(plain(Link::Stale { age: 9 }), "Stale · data 9 s old");
        let waiting = Link::Reconnecting { in_seconds: 2, age: Some(7) };
        assert_eq!(plain(waiting), "Reconnecting in 2 s · data 7 s old");
        assert_eq!(plain(Link::Reconnecting { in_seconds: 0, age: None }), "Reconnecting");
    }
}
