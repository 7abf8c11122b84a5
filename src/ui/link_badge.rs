//! State of the connection and age of the data.

use leptos::prelude::*;

use super::{
    format::{self, THIN},
    store::{Link, Store},
};

#[component]
pub(crate) fn LinkBadge(store: Store) -> impl IntoView {
    let text = Memo::new(move |_| {
        let link = store.link.get();
        // Before the client runs, an age would be a guess, so the time stands there.
        let taken = match link {
            Link::Connecting => Some(format::time_of_day(store.taken.get().millis(), store.zone.get())),
            _ => None,
        };
        words(link, store.age.get(), taken.as_deref())
    });
    view! {
        <span class=move || class(store.link.get()) data-testid="link">
            <svg class="dot" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <circle class="halo" cx="6" cy="6" r="6"/>
                <circle cx="6" cy="6" r="3.5"/>
            </svg>
            <span>{move || text.get()}</span>
        </span>
    }
}

const fn class(link: Link) -> &'static str {
    match link {
        Link::Connecting => "link connecting",
        Link::Live => "link live",
        Link::Stale => "link stale",
        Link::Reconnecting { .. } => "link reconnecting",
    }
}

fn seconds(seconds: u32) -> String {
    let mut text = seconds.to_string();
    text.push(THIN);
    text.push('s');
    text
}

fn words(link: Link, age: Option<u32>, taken: Option<&str>) -> String {
    let age = age.map(seconds);
    let state = match link {
        Link::Connecting => {
            return taken.map_or_else(|| "Connecting".to_owned(), |taken| ["Connecting · ", taken].concat());
        }
        Link::Live => {
            return age.map_or_else(|| "Live".to_owned(), |age| ["Live · ", &age].concat());
        }
        Link::Stale => "Stale".to_owned(),
        Link::Reconnecting { in_seconds: 0 } => "Reconnecting".to_owned(),
        Link::Reconnecting { in_seconds } => ["Reconnecting in ", &seconds(in_seconds)].concat(),
    };
    age.map_or(state.clone(), |age| [&state, " · data ", &age, " old"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(link: Link, age: Option<u32>) -> String {
        words(link, age, None).replace(THIN, " ")
    }

    #[test]
    fn says_state_and_age() {
        assert_eq!(plain(Link::Live, Some(1)), "Live · 1 s");
        assert_eq!(plain(Link::Stale, Some(9)), "Stale · data 9 s old");
        assert_eq!(
            plain(Link::Reconnecting { in_seconds: 2 }, Some(7)),
            "Reconnecting in 2 s · data 7 s old"
        );
        assert_eq!(plain(Link::Reconnecting { in_seconds: 0 }, None), "Reconnecting");
        assert_eq!(words(Link::Connecting, None, Some("14:03:07 UTC")), "Connecting · 14:03:07 UTC");
    }
}
