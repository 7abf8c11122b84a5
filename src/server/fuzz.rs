//! The parsers of what a client of the server says, each by itself.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::{
    Form,
    body::Body,
    extract::FromRequest,
    http::{HeaderMap, Request, header},
};

pub(crate) use super::socket::fuzz as socket;
use super::{demo::Wish, guard};

/// The scene that a form of the page asks for; `None` where it is no form.
pub(crate) fn wish(body: &[u8]) -> Option<String> {
    let form = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = Request::post("/demo").header(form.0, form.1).body(Body::from(body.to_vec())).ok()?;
    // All of it is there: it never waits.
    let read = pin!(Form::<Wish>::from_request(request, &()));
    match read.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(wish) => Some(wish.ok()?.0.scenario),
        Poll::Pending => None,
    }
}

/// The headers of a request, one a line; those that HTTP does not allow are left out.
pub(crate) fn headers(text: &[u8]) -> HeaderMap {
    let line = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let value = line.get(colon + 1..)?.trim_ascii();
        Some((line.get(..colon)?.try_into().ok()?, value.try_into().ok()?))
    };
    // More than a server takes.
    text.split(|byte| *byte == b'\n').filter_map(line).take(256).collect()
}

/// Has the headers of a request read by all that reads any, besides the socket's handshake.
/// Whoever reads another one adds it here, and a seed to `fuzz/corpus/request_headers`.
pub(crate) fn understand(headers: &HeaderMap) {
    guard::fuzz::understand(headers);
}
