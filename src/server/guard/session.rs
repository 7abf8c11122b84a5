//! What a browser keeps after it has shown the token, so that its reader need not.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieJar, Expiration, Key, SameSite, time::OffsetDateTime};

use crate::config::Token;

/// How long the token is not asked for again.
const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Stands before the token where the key is made of it, and makes it long enough for that.
const PURPOSE: &str = "gpu-observatory: key that signs the cookies of sessions, version 1: ";

/// Makes and knows cookies. Their value is when they end, signed with a key that is made of the
/// token: so there is no list of them, they outlive a restart, and end with the token.
#[derive(Debug)]
pub(super) struct Sessions {
    key: Key,
    /// Cookies are the same for all ports of a host, so that two dashboards of one machine
    /// need two names.
    name: String,
    path: String,
}

impl Sessions {
    pub(super) fn new(token: &Token, port: u16, path: String) -> Self {
        let key = Key::derive_from([PURPOSE, token.as_str()].concat().as_bytes());
        Self { key, name: format!("gpu_observatory_{port}"), path }
    }

    /// The value of `Set-Cookie`. `secure`: only for HTTPS.
    pub(super) fn begin(&self, now: SystemTime, secure: bool) -> Option<HeaderValue> {
        let ends = now + LASTS;
        let seconds = ends.duration_since(UNIX_EPOCH).ok()?.as_secs();
        self.set_cookie(seconds.to_string(), OffsetDateTime::from(ends), secure)
    }

    /// The one that ends a session.
    pub(super) fn end(&self, secure: bool) -> Option<HeaderValue> {
        self.set_cookie(String::new(), OffsetDateTime::UNIX_EPOCH, secure)
    }

    /// Whether the request has a cookie that was made here and has not ended.
    pub(super) fn is_in(&self, headers: &HeaderMap, now: SystemTime) -> bool {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(Cookie::split_parse).flatten().any(|cookie| self.holds(cookie, now))
    }

    fn holds(&self, cookie: Cookie<'_>, now: SystemTime) -> bool {
        if cookie.name() != self.name {
            return false;
        }
        let Some(cookie) = CookieJar::new().signed(&self.key).verify(cookie.into_owned()) else {
            return false;
        };
        let ends = cookie.value().parse().ok().map(Duration::from_secs);
        let now = now.duration_since(UNIX_EPOCH).ok();
        ends.zip(now).is_some_and(|(ends, now)| now < ends && ends <= now + LASTS)
    }

    fn set_cookie(&self, value: String, ends: OffsetDateTime, secure: bool) -> Option<HeaderValue> {
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.key).add(Cookie::new(self.name.clone(), value));
        let mut cookie = jar.get(&self.name)?.clone();
        cookie.set_path(self.path.clone());
        cookie.set_expires(Expiration::from(ends));
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Strict);
        cookie.set_secure(secure);
        HeaderValue::try_from(cookie.to_string()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TokenSource;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn sessions(token: &str) -> Sessions {
        Sessions::new(&TokenSource::Text(token.into()).read().unwrap(), 5000, "/gpu/".into())
    }

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_known_again_until_it_ends_or_the_token_changes() {
        let now = UNIX_EPOCH + 20_000 * DAY;
        let ours = sessions("0123456789abcdef");
        let set = ours.begin(now, true).unwrap();
        let text = set.to_str().unwrap();
        for attribute in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/gpu/", "; Expires="] {
            assert!(text.contains(attribute), "{text}");
        }
        assert!(!text.contains("0123456789abcdef"));
        let pair = text.split(';').next().unwrap();
        let known = headers(&[pair]);
        assert!(ours.is_in(&known, now) && ours.is_in(&known, now + 29 * DAY));
        assert!(!ours.is_in(&known, now + 30 * DAY), "it has ended");
        assert!(!ours.is_in(&known, now - DAY), "the clock was set back, or it was not made here");
        assert!(!sessions("0123456789abcdeg").is_in(&known, now));
        assert!(ours.is_in(&headers(&["a=b; c", &format!("gpu_observatory_5000=x; {pair}; d=e")]), now));
        assert!(!ours.begin(now, false).unwrap().to_str().unwrap().contains("Secure"));
        let ended = ours.end(true).unwrap();
        assert!(ended.to_str().unwrap().contains("Expires=Thu, 01 Jan 1970"), "{ended:?}");
        assert!(!ours.is_in(&headers(&[ended.to_str().unwrap().split(';').next().unwrap()]), now));
    }

    #[test]
    fn whatever_else_is_sent_is_no_cookie_of_ours() {
        let now = UNIX_EPOCH + 20_000 * DAY;
        let ours = sessions("0123456789abcdef");
        let set = ours.begin(now, true).unwrap();
        let value = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
        let other = ["gpu_observatory_5001=", &value].concat();
        let cut = ["gpu_observatory_5000=", &value[1..]].concat();
        let plain = format!("gpu_observatory_5000={}", u64::MAX);
        let long = ["gpu_observatory_5000=", &"A".repeat(100_000)].concat();
        for cookie in ["", ";", "=", "gpu_observatory_5000=", &other, &cut, &plain, &long] {
            assert!(!ours.is_in(&headers(&[cookie]), now), "{cookie}");
        }
        assert!(!ours.is_in(&HeaderMap::new(), now));
    }
}
