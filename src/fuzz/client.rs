//! What goes over the socket and to it.

use super::words::shown;
use crate::{
    server::{
        Deflate,
        fuzz::{headers, socket, understand},
    },
    telemetry::Snapshot,
};

/// A message, as the client reads it and as serde does. Where they may differ stands in
/// `telemetry::wire`.
pub(super) fn message(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (own, derived) = (Snapshot::read(text), serde_json::from_str::<Snapshot>(text).ok());
    if let (Some(own), Some(derived)) = (&own, &derived) {
        assert_eq!(own, derived);
    }
    let Some(snapshot) = own.or(derived) else { return };
    // What a client does with it.
    let mut history = snapshot.history.clone().unwrap_or_default();
    history.push(&snapshot);
    // Written again, it is a message.
    let written = serde_json::to_string(&snapshot);
    assert!(written.is_ok_and(|text| Snapshot::read(&text).is_some()), "{snapshot:?}");
}

/// Whether a piece is large, whether messages may be compressed and how much comes with the
/// handshake, a byte each; then frames.
pub(super) fn socket_frames(bytes: &[u8]) {
    let Some((&[piece, deflate, early], frames)) = bytes.split_first_chunk() else { return };
    let (early, later) = frames.split_at(usize::from(early).min(frames.len()));
    let deflate = deflate & 1 == 1;
    let heard = socket::hear(early, later, usize::from(piece) + 1, deflate);
    assert!(heard.0.iter().all(|ping| ping.len() <= 125), "{heard:?}");
    for piece in [1, usize::MAX] {
        assert_eq!(socket::hear(&[], frames, piece, deflate), heard, "in pieces of {piece}");
    }
}

/// The headers of a request, one a line.
pub(super) fn request_headers(bytes: &[u8]) {
    let headers = headers(bytes);
    understand(&headers);
    let _ = socket::shake_hands(&headers);
    shakes_hands(&headers);
}

/// A client that asks for a socket gets one, and no way of compressing that it does not know.
fn shakes_hands(headers: &axum::http::HeaderMap) {
    let asking = socket::asking(headers.clone());
    let Some((deflate, answer)) = socket::shake_hands(&asking) else { return };
    let extension = answer.get("sec-websocket-extensions").map(|value| value.to_str().unwrap_or("?"));
    let offers = asking.get_all("sec-websocket-extensions").iter();
    let offered =
        offers.filter_map(|offer| offer.to_str().ok()).any(|offer| offer.contains("permessage-deflate"));
    match extension {
        None => assert_eq!(deflate, Deflate::No),
        Some(extension) => {
            assert!(deflate != Deflate::No && offered, "{extension} was not offered: {asking:?}");
            shown("an extension", extension, 64);
        }
    }
    assert!(answer.contains_key("sec-websocket-accept"), "{answer:?}");
}
