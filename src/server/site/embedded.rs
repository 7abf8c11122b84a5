//! The site within the program: read from its own memory image, compressed as it was built.

use std::{borrow::Cow, fmt::Write};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "target/site/"]
struct Assets;

/// A hash of each file's content, in the order of their names.
pub(super) fn hashes() -> impl Iterator<Item = [u8; 32]> {
    let mut names: Vec<_> = Assets::iter().collect();
    names.sort();
    names.into_iter().filter_map(|name| Assets::get(&name)).map(|file| file.metadata.sha256_hash())
}

/// The file at `path`, as text.
pub(super) fn text(path: &str) -> Option<String> {
    String::from_utf8(Assets::get(path)?.data.into_owned()).ok()
}

/// The file at `path`, compressed as far as the browser can read that.
pub(super) fn answer(path: &str, request: &Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(plain) = Assets::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = plain.metadata.mimetype().to_owned();
    let (file, encoding) = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| accepts(request.headers(), name))
        .find_map(|(name, ending)| Some((Assets::get(&[path, ending].concat())?, Some(name))))
        .unwrap_or((plain, None));
    let tag = tag(&file);
    let mut response = if known(request.headers(), &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        ([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, header::HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = tag.parse() {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Names these very bytes: another encoding of the same file has another one.
fn tag(file: &EmbeddedFile) -> String {
    let mut tag = "\"".to_owned();
    for byte in &file.metadata.sha256_hash()[..8] {
        // A string takes everything.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether the browser has these bytes already.
fn known(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).any(|one| one.trim().trim_start_matches("W/") == tag)
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_what_it_can_read() {
        let accepts = |value: &str, encoding| {
            accepts(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]), encoding)
        };
        assert!(accepts("gzip, deflate, br, zstd", "br") && accepts("BR;q=0.5", "br"));
        assert!(!accepts("gzip;q=1.0, br;q=0", "br") && !accepts("identity", "gzip"));
    }
}
