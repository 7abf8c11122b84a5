//! What client and server agree upon before the first frame (RFC 6455, 4.2; RFC 7692, 7.1).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use tungstenite::handshake::server::create_response_with_body;

use crate::server::feed::Deflate;

/// The answer to a client that asks for a socket.
///
/// # Errors
/// The refusal of one that does not, or not in a way that this server knows.
pub(super) fn accept(request: &Request<Body>, deflate: Deflate) -> Result<Response, Refusal> {
    let mut response = create_response_with_body(request, Body::empty).map_err(|_| Refusal)?;
    let extension = match deflate {
        Deflate::No => return Ok(response),
        Deflate::Whole => "permessage-deflate; server_no_context_takeover",
        Deflate::Changes => "permessage-deflate",
    };
    response.headers_mut().insert(header::SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(extension));
    Ok(response)
}

/// Not a request for a WebSocket.
#[derive(Debug)]
pub(super) struct Refusal;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let headers = [
            (header::UPGRADE, "websocket"),
            (header::SEC_WEBSOCKET_VERSION, "13"),
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        ];
        let text = "This is a WebSocket, and the request did not ask for one: it needs the headers Upgrade, \
                    Connection, Sec-WebSocket-Version: 13 and Sec-WebSocket-Key. The latest payload alone is at \
                    api/snapshot.\n";
        (StatusCode::UPGRADE_REQUIRED, headers, text).into_response()
    }
}

/// The first way of compressing that the client offers and that can be shared by all.
pub(super) fn deflate(headers: &HeaderMap) -> Deflate {
    headers
        .get_all(header::SEC_WEBSOCKET_EXTENSIONS)
        .iter()
        .filter_map(|offers| offers.to_str().ok())
        .flat_map(|offers| offers.split(','))
        .find_map(acceptable)
        .unwrap_or_default()
}

/// One offer: a name, then parameters.
fn acceptable(offer: &str) -> Option<Deflate> {
    let mut parts = offer.split(';').map(str::trim);
    if parts.next() != Some("permessage-deflate") {
        return None;
    }
    let mut deflate = Deflate::Changes;
    for parameter in parts {
        let (name, value) = parameter
            .split_once('=')
            .map_or((parameter, None), |(name, value)| (name.trim(), Some(value.trim().trim_matches('"'))));
        match (name, value) {
            ("server_no_context_takeover", None) => deflate = Deflate::Whole,
            // What the client sends is not read; and for it a smaller window than the usual one
            // would be another stream of bytes.
            ("client_no_context_takeover", None)
            | ("client_max_window_bits", _)
            | ("server_max_window_bits", Some("15")) => {}
            _ => return None,
        }
    }
    Some(deflate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_agreed_upon_where_it_can_be_shared() {
        for (offers, agreed) in [
            ("", Deflate::No),
            ("permessage-deflate", Deflate::Changes),
            // Chromium, Firefox, Python's websockets, a small device.
            ("permessage-deflate; client_max_window_bits", Deflate::Changes),
            (
                "permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits=15",
                Deflate::Changes,
            ),
            ("permessage-deflate;server_no_context_takeover;client_no_context_takeover", Deflate::Whole),
            ("permessage-deflate; server_max_window_bits=10", Deflate::No),
            ("permessage-deflate; server_max_window_bits=10, permessage-deflate", Deflate::Changes),
            ("x-webkit-deflate-frame, permessage-deflate; unheard_of", Deflate::No),
            ("permessage-deflate; server_no_context_takeover=1", Deflate::No),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(offers));
            assert_eq!(deflate(&headers), agreed, "{offers}");
        }
    }
}
