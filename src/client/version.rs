//! A page of another version than its server loads itself anew.

use leptos::prelude::window;

use crate::telemetry::ServerInfo;

const KEY: &str = "gpu-observatory.loaded-for";

/// Loads the page anew if it is not of the server's version, once per version: a
/// cache in between could hand out the same page again and again.
pub(super) fn check(server: &ServerInfo) {
    if server.version == env!("CARGO_PKG_VERSION") {
        return;
    }
    let Ok(Some(storage)) = window().session_storage() else { return };
    let tried = storage.get_item(KEY).ok().flatten();
    if tried.as_deref() != Some(&server.version) && storage.set_item(KEY, &server.version).is_ok() {
        super::window::reload();
    }
}
