//! The parsers of what a client of the socket says, each by itself.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header},
};
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    handshake,
    incoming::{Incoming, Said},
};
use crate::server::Deflate;

/// Pings that were understood, and why it ended: with a goodbye, or with an error.
pub(crate) type Heard = (Vec<Vec<u8>>, Option<Result<(), CloseCode>>);

/// What is heard where `early` comes with the handshake, and then `bytes` in pieces.
pub(crate) fn hear(early: &[u8], bytes: &[u8], piece: usize, deflate: bool) -> Heard {
    let mut incoming = Incoming::new(deflate, Bytes::copy_from_slice(early));
    let (mut pings, mut left) = (Vec::new(), bytes);
    loop {
        match incoming.next() {
            Err(code) => return (pings, Some(Err(code))),
            Ok(Some(Said::Goodbye)) => return (pings, Some(Ok(()))),
            Ok(Some(Said::Ping(payload))) => pings.push(payload),
            Ok(None) if left.is_empty() => return (pings, None),
            Ok(None) => {
                let space = incoming.space();
                let count = piece.min(space.len()).min(left.len());
                assert!(count > 0, "there is always room");
                space[..count].copy_from_slice(&left[..count]);
                incoming.take(count);
                left = &left[count..];
            }
        }
    }
}

/// What is agreed upon with a client that sends these headers.
pub(crate) fn shake_hands(headers: &HeaderMap) -> Option<(Deflate, HeaderMap)> {
    let mut request = Request::new(Body::empty());
    *request.headers_mut() = headers.clone();
    let deflate = handshake::deflate(headers);
    let response = handshake::accept(&request, deflate).ok()?;
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    Some((deflate, response.headers().clone()))
}

/// A request for a socket that asks for this extension, besides these headers.
pub(crate) fn asking(mut headers: HeaderMap) -> HeaderMap {
    for (name, value) in [
        (header::CONNECTION, "Upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_VERSION, "13"),
        (header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
    ] {
        let absent: (HeaderName, HeaderValue) = (name, HeaderValue::from_static(value));
        headers.entry(absent.0).or_insert(absent.1);
    }
    headers
}
