//! All that is made of a request's headers before it is answered.

use std::{net::IpAddr, sync::OnceLock, time::UNIX_EPOCH};

use axum::http::{HeaderMap, Method, Uri, Version, header};
use ipnet::IpNet;

use super::{bearer, forwarded, is_https, session::Sessions, site::Site};
use crate::config::{Authority, HostPattern, Origin, Origins, TokenSource};

const OWN: &str = "gpu.example";

/// A proxy of ours.
const PROXY: [u8; 4] = [127, 0, 0, 1];

/// Holds that nobody gets in by headers but who is meant to.
pub(in crate::server) fn understand(headers: &HeaderMap) {
    let site = Site::new(Some(&[HostPattern::exactly(OWN)]), Origins::default());
    for method in [Method::GET, Method::POST] {
        if site.admit(Version::HTTP_11, &method, &Uri::from_static("/"), headers).is_ok() {
            let one = |name: &str| {
                let lines = headers.get_all(name).iter();
                lines.map(|line| line.to_str().unwrap_or_default()).collect::<Vec<_>>()
            };
            let hosts = one("host");
            let host = Authority::parse(hosts[0]).filter(|_| hosts.len() == 1);
            let own = |host: &Authority| host.name == OWN || host.is_localhost() || host.address().is_some();
            assert!(host.as_ref().is_some_and(own), "{headers:?}");
            if method == Method::POST {
                let same = one("sec-fetch-site") == ["same-origin"];
                let origins = one("origin");
                let ours = |origin: &Origin| {
                    origin.authority.name == OWN || host.as_ref().is_some_and(|host| origin.is_that_of(host))
                };
                let stays =
                    origins.iter().all(|text| Origin::parse(text).is_some_and(|origin| ours(&origin)));
                assert!(same || stays && origins.len() < 2, "{headers:?}");
            }
        }
    }
    let trusted: [IpNet; 1] = [IpNet::from(IpAddr::from(PROXY))];
    let stranger = IpAddr::from([192, 0, 2, 1]);
    assert_eq!(forwarded::client(stranger, headers, &trusted), stranger);
    let _ = forwarded::client(PROXY.into(), headers, &trusted);
    let _ = (is_https(headers), bearer(headers));
    assert!(!sessions().is_some_and(|sessions| sessions.is_in(headers, UNIX_EPOCH)), "{headers:?}");
    if let Some(cookie) = headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok()) {
        let _ = cookie::Cookie::parse(cookie);
    }
}

/// With a key that no input has.
fn sessions() -> Option<&'static Sessions> {
    static SESSIONS: OnceLock<Option<Sessions>> = OnceLock::new();
    let sessions = || {
        let token = TokenSource::Text("a-token-of-27-characters-xx".to_owned()).read().ok()?;
        Some(Sessions::new(&token, 5000, "/".to_owned()))
    };
    SESSIONS.get_or_init(sessions).as_ref()
}
