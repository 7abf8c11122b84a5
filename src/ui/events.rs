//! What happened lately: the newest in sight, the others behind a click.

use leptos::prelude::*;

use super::{
    format,
    list::{Item, items},
    live::{flag, text},
    piece::{Live, Piece},
    store::{Machine, Store},
};
use crate::telemetry::{Event, EventKind, Timestamp};

/// The most that are listed.
const MOST: usize = 20;
/// Those that are always in sight.
const FIRST: usize = 1;
/// Milliseconds for which a GPU's card recalls an error.
const RECENT: u64 = 10 * 60 * 1000;
const DAY: u64 = 24 * 3600 * 1000;

#[component]
pub(crate) fn Events(store: Store) -> impl IntoView {
    let number = move || store.machine.read().events.len().min(MOST);
    let more = text(move || match number() {
        more @ 2.. => [&(more - FIRST).to_string(), " earlier"].concat(),
        _ => String::new(),
    });
    view! {
        <section class="events" aria-label="Events" data-testid="events" hidden=flag(move || number() == 0)>
            {listed(store, 0, FIRST)}
            <details data-testid="more-events" hidden=flag(move || number() <= FIRST)>
                <summary>{more}</summary>
                {listed(store, FIRST, MOST)}
            </details>
        </section>
    }
}

/// Those between two places, counted from the newest.
fn listed(store: Store, from: usize, to: usize) -> Live {
    items(Piece::new("ul"), move || {
        let zone = store.zone.get();
        let machine = store.machine.read();
        let newest = machine.events.iter().rev().take(to).skip(from);
        newest.map(|event| item(store, event, machine.taken, zone)).collect()
    })
}

fn item(store: Store, event: &Event, now: Timestamp, zone: Option<i32>) -> Item {
    // Many a text names the GPU itself.
    let unnamed = event.gpu.as_ref().filter(|_| !event.text.starts_with("GPU "));
    let gpu = unnamed.map_or_else(String::new, |key| match store.card(key) {
        Some(card) => ["GPU ", &card.gpu.read_untracked().id.to_string()].concat(),
        None => key.get(..12).unwrap_or(key).to_owned(),
    });
    Item {
        class: class(event.kind),
        testid: "event",
        key: when(event.time, now, zone),
        name: gpu,
        more: what(event),
        ..Item::default()
    }
}

/// Broken, or worth a look, or good to know.
const fn class(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Lost => "bad",
        // Many an error is the fault of a program, not of the GPU.
        EventKind::Xid | EventKind::Removed => "warn",
        _ => "",
    }
}

/// The time of day, and for older events how many days ago.
fn when(time: Timestamp, now: Timestamp, zone: Option<i32>) -> String {
    match now.millis().saturating_sub(time.millis()) / DAY {
        0 => format::time_of_day(time.millis(), zone),
        days => [&format::count(usize::try_from(days).unwrap_or_default(), "day"), " ago"].concat(),
    }
}

/// "▲ XID 79: The GPU has fallen off the bus."
fn what(event: &Event) -> String {
    let sign = match event.kind {
        EventKind::Lost | EventKind::Xid | EventKind::Removed => "▲ ",
        EventKind::Asleep => "☾ ",
        _ => "",
    };
    match event.xid.filter(|_| !event.text.starts_with("XID ")) {
        Some(xid) => [sign, "XID ", &xid.to_string(), ": ", &event.text].concat(),
        None => [sign, &event.text].concat(),
    }
}

/// "▲ XID 79 at 14:03:07", the last error of this GPU if it was not long ago.
pub(super) fn recent(machine: &Machine, key: &str, zone: Option<i32>) -> Option<String> {
    let oldest = machine.taken.millis().saturating_sub(RECENT);
    let ours = |event: &&Event| event.gpu.as_deref() == Some(key) && event.time.millis() >= oldest;
    let event = machine.events.iter().rev().filter(ours).find(|event| event.kind == EventKind::Xid)?;
    let number = event.xid.map_or_else(String::new, |xid| [" ", &xid.to_string()].concat());
    Some(["▲ XID", &number, " at ", &format::time_of_day(event.time.millis(), zone)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_767_225_600_000;

    fn event(kind: EventKind, xid: Option<u32>, text: &str, age: u64) -> Event {
        Event { time: Timestamp::from_millis(NOW - age), gpu: Some("G".into()), kind, xid, text: text.into() }
    }

    fn machine(events: Vec<Event>) -> Machine {
        Machine { taken: Timestamp::from_millis(NOW), events, ..Machine::default() }
    }

    #[test]
    fn the_kind_has_a_sign_and_an_error_its_number() {
        assert_eq!(what(&event(EventKind::Xid, Some(79), "Off the bus.", 0)), "▲ XID 79: Off the bus.");
        assert_eq!(what(&event(EventKind::Xid, Some(79), "XID 79: off.", 0)), "▲ XID 79: off.");
        assert_eq!(what(&event(EventKind::Asleep, None, "It sleeps.", 0)), "☾ It sleeps.");
        assert_eq!(what(&event(EventKind::Added, None, "It is new.", 0)), "It is new.");
        assert_eq!((class(EventKind::Lost), class(EventKind::Other)), ("bad", ""));
    }

    #[test]
    fn a_time_of_day_is_of_today() {
        let now = Timestamp::from_millis(NOW);
        assert_eq!(when(Timestamp::from_millis(NOW - 3_600_000), now, Some(0)), "23:00:00");
        assert_eq!(when(Timestamp::from_millis(NOW - 2 * DAY), now, Some(0)), "2\u{a0}days ago");
        assert_eq!(when(Timestamp::from_millis(NOW + 1000), now, Some(0)), "00:00:01", "clocks may be set");
    }

    #[test]
    fn a_card_recalls_its_last_error_for_a_while() {
        let old = event(EventKind::Xid, Some(31), "A fault.", RECENT + 1000);
        let young = event(EventKind::Xid, Some(79), "Off the bus.", 1000);
        let other = event(EventKind::Recovered, None, "It is back.", 500);
        assert_eq!(
            recent(&machine(vec![old.clone(), young, other]), "G", Some(0)).as_deref(),
            Some("▲ XID 79 at 23:59:59")
        );
        assert_eq!(recent(&machine(vec![old.clone()]), "G", Some(0)), None);
        assert_eq!(
            recent(&machine(vec![Event { time: Timestamp::from_millis(NOW), ..old }]), "H", None),
            None
        );
    }
}
