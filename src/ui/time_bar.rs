//! What a reader can do while the page stands still: go back and forth through the last
//! minute, save it, and go on.

use leptos::prelude::*;

use super::{
    export::{Format, save},
    format::{THIN, time_of_day},
    live::{Class, class, click, flag, input, text},
    store::{Paused, Store},
};

/// The button that stands still, in the header.
#[component]
pub(crate) fn PauseButton(store: Store) -> impl IntoView {
    let name = move || {
        let paused = store.moment.read().paused.is_some();
        if paused { "Live" } else { "Pause" }
    };
    let pause = Button {
        class: "pause",
        testid: "pause",
        title: "Pause and look back, or go on (p)",
        keys: Some("p"),
        press: Store::toggle_pause,
        ..PLAIN
    };
    button(store, pause, class(name))
}

#[component]
pub(crate) fn TimeBar(store: Store) -> impl IntoView {
    let paused = move || store.moment.read().paused;
    let place = move |read: fn(Paused) -> usize| text(move || paused().map_or(0, read).to_string());
    let words = move || paused().map_or_else(String::new, |paused| words(&paused, store.zone.get()));
    let whole = flag(move || paused().is_none_or(|paused| paused.whole));
    let slide = input(move |place| {
        if let Ok(place) = place.parse() {
            store.go(place);
        }
    });
    let plain = move |what: Button, name: &'static str| button(store, what, class(move || name));
    let back = Button { label: Some("One step back"), press: |store| store.step(-1), ..STEP };
    let on = Button { label: Some("One step on"), press: |store| store.step(1), ..STEP };
    let csv = "Save the last minute as CSV";
    let csv = Button { title: csv, label: Some(csv), press: |store| save(store, Format::Csv), ..PLAIN };
    let json = "Save the last minute as JSON";
    let json = Button { title: json, label: Some(json), press: |store| save(store, Format::Json), ..PLAIN };
    let live = Button { class: "live", testid: "go-live", press: Store::resume, ..PLAIN };
    view! {
        <section
            class="panel time-bar"
            aria-label="Time"
            data-testid="time-bar"
            hidden=flag(move || paused().is_none())
        >
            {plain(back, "‹")}
            <input
                type="range"
                aria-label="Instant"
                aria-valuetext=text(words)
                data-testid="instant-slider"
                min="0"
                max=place(|paused| paused.last)
                prop:value=place(|paused| paused.place)
                on:input=slide
            />
            {plain(on, "›")}
            <p class="instant" data-testid="instant">{text(words)}</p>
            {[plain(csv, "CSV"), plain(json, "JSON"), plain(live, "Live")].into_iter().collect_view()}
            <p class="partial" data-testid="partial" hidden=whole>
                "Only utilization and memory are known of this instant: this page was opened later."
            </p>
        </section>
    }
}

/// A button. One kind for all of them: each further one is code that the client must carry.
#[derive(Clone, Copy)]
pub(super) struct Button {
    pub(super) class: &'static str,
    pub(super) testid: &'static str,
    pub(super) title: &'static str,
    /// Where the name on it does not say enough.
    pub(super) label: Option<&'static str>,
    pub(super) keys: Option<&'static str>,
    pub(super) press: fn(Store),
}

pub(super) const PLAIN: Button =
    Button { class: "", testid: "export", title: "", label: None, keys: None, press: |_| () };

const STEP: Button = Button { class: "step", testid: "step", title: "Arrow keys do the same", ..PLAIN };

pub(super) fn button(store: Store, what: Button, name: Class) -> impl IntoView {
    view! {
        <button
            type="button"
            class=what.class
            title=what.title
            aria-label=what.label
            aria-keyshortcuts=what.keys
            data-testid=what.testid
            on:click=click(move || (what.press)(store))
        >
            {name}
        </button>
    }
}

/// "14:03:07 · 12 s back"
fn words(paused: &Paused, zone: Option<i32>) -> String {
    let seconds = (paused.newest.saturating_sub(paused.time) + 500) / 1000;
    let time = time_of_day(paused.time, zone);
    if paused.place == paused.last {
        return [&time, " · paused here"].concat();
    }
    let mut words = [&time, " · ", &seconds.to_string()].concat();
    words.push(THIN);
    words.push_str("s back");
    words
}

/// What is told to a reader who does not see it, of the page's instant.
#[must_use]
pub fn told(paused: Option<&Paused>, zone: Option<i32>) -> String {
    let Some(paused) = paused else { return "Live".to_owned() };
    let partial = if paused.whole { "" } else { ". Only utilization and memory are known" };
    ["Paused at ", &words(paused, zone), partial].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_when_and_how_far_back() {
        let mut paused = Paused { time: 50_207_000, newest: 50_207_000, place: 60, last: 60, whole: true };
        assert_eq!(words(&paused, Some(0)), "13:56:47 · paused here");
        paused = Paused { time: 50_195_100, place: 48, whole: false, ..paused };
        assert_eq!(words(&paused, Some(0)).replace(THIN, " "), "13:56:35 · 12 s back");
        assert!(told(Some(&paused), Some(0)).ends_with("Only utilization and memory are known"));
        assert_eq!(told(None, None), "Live");
    }
}
