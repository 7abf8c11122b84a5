//! Tells the reader what they asked to be told, by the browser's notifications where it
//! shows them. Page and tab tell it in any case.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Notification, NotificationOptions, NotificationPermission, js_sys::Reflect};

use crate::ui::{
    effect,
    store::{Store, Tiding},
};

const MISSING: &str = "This browser shows no notifications of this page; most do where it is opened over \
    https or on localhost. The page itself and the title of its tab will tell you.";
const BLOCKED: &str = "Notifications of this page are blocked: allow them in the browser's settings for \
    this site. Until then the page itself and the title of its tab will tell you.";

/// Shows what comes to pass, for as long as the page lives.
pub(super) fn follow(store: Store) {
    let mut told = 0;
    effect(move || {
        // A copy: why one could not be shown is written into the lookout itself.
        let lookout = store.lookout.get();
        let machine = store.machine.read_untracked();
        for tiding in lookout.tidings.iter().skip(told) {
            // Not every browser that has notifications lets a page show one.
            if permission() == Some(NotificationPermission::Granted)
                && show(tiding, machine.hostname().unwrap_or_default()).is_err()
            {
                store.set_hitch(MISSING);
            }
        }
        told = lookout.tidings.len();
    });
}

/// Asks for permission if it was neither given nor refused. Only a reader's click leads
/// here.
pub(super) fn ask(store: Store) {
    let settle = move || {
        store.set_hitch(match permission() {
            Some(NotificationPermission::Granted) => "",
            Some(_) => BLOCKED,
            None => MISSING,
        });
    };
    if permission() != Some(NotificationPermission::Default) {
        return settle();
    }
    let Ok(answer) = Notification::request_permission() else { return settle() };
    let settled = Closure::once(move |_: JsValue| settle());
    _ = answer.then(&settled);
    // Answered once, whenever that may be.
    settled.forget();
}

/// `None` where there are no notifications.
fn permission() -> Option<NotificationPermission> {
    let there = Reflect::has(&window(), &"Notification".into()).unwrap_or_default();
    (there && window().is_secure_context()).then(Notification::permission)
}

fn show(tiding: &Tiding, host: &str) -> Result<(), JsValue> {
    let options = NotificationOptions::new();
    let words = if host.is_empty() { tiding.words.clone() } else { [host, ": ", &tiding.words].concat() };
    options.set_body(&words);
    // The same again takes the place of the one before.
    options.set_tag(&[host, " ", &tiding.title].concat());
    let notification = Notification::new_with_options(&tiding.title, &options)?;
    let details = ["gpu-", &tiding.gpu.to_string()].concat();
    let shown = notification.clone();
    let clicked = Closure::once_into_js(move || {
        _ = window().focus();
        _ = window().location().set_hash(&details);
        shown.close();
    });
    notification.set_onclick(Some(clicked.unchecked_ref()));
    Ok(())
}
