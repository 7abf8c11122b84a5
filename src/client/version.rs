//! A page that is not what its server would send now loads itself anew.

use leptos::prelude::window;

use crate::telemetry::ServerInfo;

/// Why the page was loaded anew.
const KEY: &str = "gpu-observatory.loaded-for";
/// Its reader has not signed in, or not lately.
const SIGN_IN: &str = "sign-in";

/// Loads the page anew if it is not of the server's version, once per version: a
/// cache in between could hand out the same page again and again.
pub(super) fn check(server: &ServerInfo) {
    if server.version != env!("CARGO_PKG_VERSION") {
        load_for(&server.version);
    } else if let Ok(Some(storage)) = window().session_storage() {
        // What it was loaded for has come about.
        _ = storage.remove_item(KEY);
    }
}

/// Loads it anew so that its reader can sign in, once until it comes alive: a proxy in between
/// may let the page through and not the socket.
pub(super) fn sign_in() {
    load_for(SIGN_IN);
}

fn load_for(reason: &str) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    let tried = storage.get_item(KEY).ok().flatten();
    if tried.as_deref() != Some(reason) && storage.set_item(KEY, reason).is_ok() {
        _ = window().location().reload();
    }
}
