//! The browser around the page: whether it is seen, online, dark, and where it is.

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, KeyboardEvent, js_sys::Date};

use crate::ui::{effect, store::Store};

/// Tells the store what the browser knows, now and whenever it changes.
pub(super) fn watch(store: Store) {
    #[expect(clippy::cast_possible_truncation, reason = "at most a day of minutes")]
    store.zone.set(Some(Date::new_0().get_timezone_offset() as i32));

    store.set_hidden(document().hidden());
    listen_to("visibilitychange", move |_| {
        let hidden = document().hidden();
        store.set_hidden(hidden);
        if !hidden {
            store.retry.notify();
        }
    });
    listen_to("online", move |_| store.retry.notify());

    if let Ok(Some(light)) = window().match_media("(prefers-color-scheme: light)") {
        let query = light.clone();
        let tell = move || store.choose(|choices| choices.system_light = query.matches());
        tell();
        let repaint = Closure::<dyn FnMut()>::new(move || {
            tell();
            store.theme.notify();
        });
        light.set_onchange(Some(repaint.as_ref().unchecked_ref()));
        // Both live as long as the page.
        repaint.forget();
        std::mem::forget(light);
    }
}

/// Receives something whenever the reader or the browser asks to connect at once.
pub(super) fn wakes(store: Store) -> UnboundedReceiver<()> {
    let (sender, receiver) = unbounded();
    let mut listens = false;
    effect(move || {
        store.retry.track();
        if std::mem::replace(&mut listens, true) {
            _ = sender.unbounded_send(());
        }
    });
    receiver
}

/// Listens for as long as the page lives. One type of closure for all: each listener's own
/// would be code for the client to carry.
pub(super) fn listen_to(name: &str, act: impl Fn(Event) + 'static) {
    let act: Box<dyn Fn(Event)> = Box::new(act);
    _ = window_event_listener_untyped(name, act);
}

/// Listens for as long as the page lives to keys that are pressed by themselves, and that
/// nothing else has taken.
pub(super) fn listen_to_keys(act: impl Fn(KeyboardEvent) + 'static) {
    listen_to("keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        if !event.ctrl_key() && !event.alt_key() && !event.meta_key() && !event.default_prevented() {
            act(event);
        }
    });
}

/// The address of the socket, under the path that the page is served under.
pub(super) fn socket_url() -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss://" } else { "ws://" };
    Some([scheme, &location.host().ok()?, &base(), "ws/gpu"].concat())
}

/// The path that the page is served under, with a slash at both ends.
pub(super) fn base() -> String {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("data-base")).unwrap_or_else(|| "/".to_owned())
}

/// Milliseconds of a clock that nobody sets.
pub(super) fn now() -> f64 {
    window().performance().map_or_else(Date::now, |performance| performance.now())
}
