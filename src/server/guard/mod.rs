//! Who may ask for what: checked before anything is answered.

mod attempts;
mod forwarded;
#[cfg(any(feature = "fuzz", test))]
pub(super) mod fuzz;
mod headers;
mod own_names;
mod session;
mod site;

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant, SystemTime},
};

use axum::{
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use ipnet::IpNet;
use subtle::ConstantTimeEq;

pub(super) use self::headers::{add as add_headers, page_policy};
use self::{attempts::Attempts, session::Sessions, site::Site};
use super::{places::Neighbourhood, state::State};
use crate::config::{Config, Token};

/// Whose connection a request came by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// What is known of who may ask.
#[derive(Debug)]
pub(super) struct Guard {
    site: Site,
    trusted: Vec<IpNet>,
    lock: Option<Lock>,
    /// Whether it was told that a proxy names clients and is not believed.
    told: AtomicBool,
}

/// Where a token is asked for.
#[derive(Debug)]
struct Lock {
    token: Token,
    sessions: Sessions,
    attempts: Attempts,
}

/// What a token or a cookie turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    /// There is none.
    Missing,
    Wrong,
    /// It is not looked at for so long.
    Wait(Duration),
}

impl Guard {
    pub(super) fn new(config: &Config, token: Option<Token>) -> Self {
        let sessions = |token: &Token| Sessions::new(token, config.port, config.base_path.clone());
        let lock =
            token.map(|token| Lock { sessions: sessions(&token), token, attempts: Attempts::default() });
        Self {
            site: Site::new(config.allowed_hosts.as_deref(), config.cors_origins.clone()),
            trusted: config.trusted_proxies.clone(),
            lock,
            told: AtomicBool::new(false),
        }
    }

    /// Whether connections from there are those of many.
    pub(super) fn is_proxy(&self, address: IpAddr) -> bool {
        forwarded::is_trusted(address.to_canonical(), &self.trusted)
    }

    /// Who asks, by his address.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Neighbourhood {
        let unheard = !self.is_proxy(peer) && headers.contains_key("x-forwarded-for");
        if unheard && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                proxy = %peer,
                "requests come through a proxy, and all who use it share its limits: if it is yours, \
                 set GPU_MONITOR_TRUSTED_PROXIES={peer}"
            );
        }
        Neighbourhood::of(forwarded::client(peer, headers, &self.trusted))
    }

    /// Whether the request may see what is not for everybody: by its cookie, or its token.
    pub(super) fn verdict(&self, request: &Request) -> Verdict {
        let Some(lock) = &self.lock else { return Verdict::Right };
        let headers = request.headers();
        if lock.sessions.is_in(headers, SystemTime::now()) {
            return Verdict::Right;
        }
        match bearer(headers) {
            None => Verdict::Missing,
            Some(token) => lock.tried(token, self.asker(request), Instant::now()),
        }
    }

    /// Whether this is the token, from who asks. Where none is needed all are.
    pub(super) fn try_token(&self, token: &str, who: Neighbourhood) -> Verdict {
        self.lock.as_ref().map_or(Verdict::Right, |lock| lock.tried(token.as_bytes(), who, Instant::now()))
    }

    /// Whether a token is needed at all.
    pub(super) const fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// The cookie that begins a session, or ends it.
    pub(super) fn cookie(&self, begins: bool, headers: &HeaderMap) -> Option<HeaderValue> {
        let sessions = &self.lock.as_ref()?.sessions;
        let secure = is_https(headers);
        if begins { sessions.begin(SystemTime::now(), secure) } else { sessions.end(secure) }
    }

    fn asker(&self, request: &Request) -> Neighbourhood {
        self.client(peer(request), request.headers())
    }
}

impl Lock {
    fn tried(&self, token: &[u8], who: Neighbourhood, now: Instant) -> Verdict {
        if let Some(wait) = self.attempts.wait(who, now) {
            return Verdict::Wait(wait);
        }
        // In a time that tells nothing but the length.
        if bool::from(token.ct_eq(self.token.as_str().as_bytes())) {
            return Verdict::Right;
        }
        self.attempts.note(who, now);
        tracing::warn!(client = %who, "a wrong token was shown");
        Verdict::Wrong
    }
}

/// Who is at the other end of the connection.
pub(super) fn peer(request: &Request) -> IpAddr {
    // The door puts it in; without it, it is nobody in particular.
    request.extensions().get().map_or(IpAddr::from([0, 0, 0, 0]), |Peer(address)| *address)
}

/// `Authorization: Bearer …`
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let line = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = line.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

/// Whether the browser speaks HTTPS, with a proxy or as it says itself. Nobody is harmed by who
/// claims it falsely: his own cookie is the stricter one.
fn is_https(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text("x-forwarded-proto").eq_ignore_ascii_case("https") || text("origin").starts_with("https://")
}

/// Turns away what is not meant for this server, or comes from a page of another site.
pub(super) async fn admit(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let admitted =
        state.guard.site.admit(request.version(), request.method(), request.uri(), request.headers());
    match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Answers only who may see it.
pub(super) async fn unlock(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    match state.guard.verdict(&request) {
        Verdict::Right => next.run(request).await,
        verdict => refuse(verdict),
    }
}

/// The same for the page, from which who has shown nothing is sent to where it can be shown.
pub(super) async fn unlock_page(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    match state.guard.verdict(&request) {
        Verdict::Right => next.run(request).await,
        Verdict::Missing => ([(header::CACHE_CONTROL, "no-store")], Redirect::to("login")).into_response(),
        verdict => refuse(verdict),
    }
}

/// What is answered to who may not see it.
pub(super) fn refuse(verdict: Verdict) -> Response {
    if let Verdict::Wait(wait) = verdict {
        let words = "Too many wrong tokens were tried from this address.\n";
        return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds(wait))], words)
            .into_response();
    }
    let words = if verdict == Verdict::Wrong {
        "That is not the token.\n"
    } else {
        "A token is needed: Authorization: Bearer TOKEN\n"
    };
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer realm=\"GPU Observatory\"")], words)
        .into_response()
}

/// Whole seconds, rounded up.
pub(super) fn seconds(wait: Duration) -> String {
    wait.as_millis().div_ceil(1000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TokenSource;

    fn lock() -> Lock {
        let token = TokenSource::Text("0123456789abcdef".into()).read().unwrap();
        Lock { sessions: Sessions::new(&token, 1, "/".into()), token, attempts: Attempts::default() }
    }

    #[test]
    fn after_ten_wrong_tokens_the_right_one_has_to_wait_too() {
        let (lock, now) = (lock(), Instant::now());
        let who = Neighbourhood::of([1, 2, 3, 4].into());
        for token in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg", "0123456789ABCDEF"] {
            assert_eq!(lock.tried(token.as_bytes(), who, now), Verdict::Wrong, "{token}");
        }
        assert_eq!(lock.tried(b"0123456789abcdef", who, now), Verdict::Right);
        for _ in 0..5 {
            assert_eq!(lock.tried(b"x", who, now), Verdict::Wrong);
        }
        let Verdict::Wait(wait) = lock.tried(b"0123456789abcdef", who, now) else {
            panic!("it is looked at")
        };
        assert_eq!(lock.tried(b"0123456789abcdef", who, now + wait), Verdict::Right);
        let other = Neighbourhood::of([1, 2, 3, 5].into());
        assert_eq!(lock.tried(b"0123456789abcdef", other, now), Verdict::Right);
    }

    #[test]
    fn a_bearer_is_what_is_sent_as_one() {
        let of = |line: &str| {
            let headers =
                [(header::AUTHORIZATION, HeaderValue::from_str(line).unwrap())].into_iter().collect();
            bearer(&headers).map(<[u8]>::to_vec)
        };
        assert_eq!(of("Bearer abc"), Some(b"abc".to_vec()));
        assert_eq!(of("bearer  abc "), Some(b"abc".to_vec()));
        for line in ["", "Bearer", "Basic YTpi", "Bearerabc", "Token abc"] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
