//! Which names the server answers to, and whose pages may use it.
//!
//! A page of another site that is open in the same browser can send requests here, and with
//! a name server of its own even make the browser take it for a page of this server ("DNS
//! rebinding"). The first is seen by where the browser says that the page is from, the second by
//! the name that it calls the server by.

use axum::http::{HeaderMap, Method, StatusCode, Uri, Version, header};

use super::own_names;
use crate::config::{Authority, HostPattern, Origin, Origins};

/// Names and origins that are known.
#[derive(Debug)]
pub(super) struct Site {
    names: Vec<HostPattern>,
    /// Whether the operator has named them, proxies included.
    named: bool,
    origins: Origins,
}

/// Why a request is not answered, as a code and a sentence.
pub(super) type Refusal = (StatusCode, String);

impl Site {
    pub(super) fn new(allowed: Option<&[HostPattern]>, origins: Origins) -> Self {
        let own = || own_names::read().iter().map(|name| HostPattern::exactly(name)).collect();
        Self { names: allowed.map_or_else(own, <[_]>::to_vec), named: allowed.is_some(), origins }
    }

    /// Whether the request is meant for this server and may do what it asks for.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn admit(
        &self,
        version: Version,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let host = self.host(version, uri, headers)?;
        let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        let socket = headers.contains_key(header::UPGRADE);
        if (changes || socket) && self.is_foreign(headers, host.as_ref(), socket) {
            let words = "This request comes from a page of another site. If that is this dashboard behind a \
                         proxy, name it in GPU_MONITOR_ALLOWED_HOSTS.\n";
            return Err((StatusCode::FORBIDDEN, words.to_owned()));
        }
        Ok(())
    }

    /// What the request calls this server; `None` where an old client says nothing.
    fn host(&self, version: Version, uri: &Uri, headers: &HeaderMap) -> Result<Option<Authority>, Refusal> {
        let bad = |words: &str| (StatusCode::BAD_REQUEST, format!("{words}\n"));
        let mut lines = headers.get_all(header::HOST).iter();
        let line = lines.next();
        if lines.next().is_some() {
            return Err(bad("The request has more than one Host header."));
        }
        // Browsers never leave it out.
        let line = match line {
            None if version < Version::HTTP_11 => None,
            None => return Err(bad("The request has no Host header.")),
            Some(line) => Some(line.to_str().unwrap_or_default()),
        };
        // A request to a proxy names it in its first line as well.
        let mut known = None;
        for text in uri.authority().map(axum::http::uri::Authority::as_str).into_iter().chain(line) {
            let Some(authority) = Authority::parse(text) else {
                return Err(bad("The Host header is neither a name nor an address."));
            };
            if !self.answers_to(&authority) {
                let words = format!(
                    "This dashboard does not answer to the name {}. If it is its own, add it: \
                     GPU_MONITOR_ALLOWED_HOSTS={}\n",
                    authority.name, authority.name
                );
                return Err((StatusCode::MISDIRECTED_REQUEST, words));
            }
            known = Some(authority);
        }
        Ok(known)
    }

    fn answers_to(&self, host: &Authority) -> bool {
        host.is_localhost() || host.address().is_some() || self.lists(host)
    }

    fn lists(&self, authority: &Authority) -> bool {
        self.names.iter().any(|pattern| pattern.fits(&authority.name, authority.port))
    }

    /// Whether a page of another site sent the request. What is no browser says nothing of
    /// pages, and may do what its user may.
    fn is_foreign(&self, headers: &HeaderMap, host: Option<&Authority>, socket: bool) -> bool {
        let one = |name: &str| {
            let mut lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
            lines.next().map(|line| if lines.next().is_some() { "" } else { line })
        };
        let said = one("origin");
        let origin = said.and_then(Origin::parse);
        let welcome = origin.as_ref().zip(said).is_some_and(|(origin, said)| {
            // Behind a proxy that calls this server something else.
            self.named && self.lists(&origin.authority) || socket && self.invites(said)
        });
        if welcome {
            return false;
        }
        // No page can make a browser lie about this.
        if let Some(site) = one("sec-fetch-site") {
            return site != "same-origin";
        }
        // Where the address is neither HTTPS nor loopback, browsers say only the other.
        said.is_some() && !origin.zip(host).is_some_and(|(origin, host)| origin.is_that_of(host))
    }

    fn invites(&self, origin: &str) -> bool {
        match &self.origins {
            Origins::Any => true,
            Origins::These(origins) => origins.iter().any(|known| known == origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "a";

    fn site(allowed: Option<&str>, origins: Origins) -> Site {
        let names = allowed.unwrap_or(OWN).split(',').map(HostPattern::exactly).collect();
        Site { names, named: allowed.is_some(), origins }
    }

    fn admit(site: &Site, method: &Method, uri: &str, pairs: &[(&'static str, &str)]) -> u16 {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let uri = uri.parse().unwrap();
        site.admit(Version::HTTP_11, method, &uri, &headers).map_or_else(|(code, _)| code.as_u16(), |()| 200)
    }

    fn get(site: &Site, hosts: &[&str]) -> u16 {
        let pairs: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
        admit(site, &Method::GET, "/", &pairs)
    }

    fn post(site: &Site, pairs: &[(&'static str, &str)]) -> u16 {
        admit(site, &Method::POST, "/demo", pairs)
    }

    fn socket(site: &Site, origin: &str) -> u16 {
        let pairs = [("upgrade", "websocket"), ("host", "a:5000"), ("origin", origin)];
        admit(site, &Method::GET, "/ws/gpu", &pairs)
    }

    #[test]
    fn the_server_answers_to_its_names_and_to_addresses() {
        let own = site(None, Origins::default());
        for host in ["a:5000", "A.", "localhost:1", "x.localhost", "127.0.0.1", "10.1.2.3:80", "[::1]:5000"] {
            assert_eq!(get(&own, &[host]), 200, "{host}");
        }
        for host in ["evil.example", "a.evil.example", "127.0.0.1.evil.example", "localhost.evil.example"] {
            assert_eq!(get(&own, &[host]), 421, "{host}");
        }
        for hosts in [&[][..], &["a", "a"], &["a b"], &[""], &["a,b"], &["user@a"]] {
            assert_eq!(get(&own, hosts), 400, "{hosts:?}");
        }
        assert_eq!(admit(&own, &Method::GET, "http://evil.example/", &[("host", "a")]), 421);
        assert_eq!(admit(&own, &Method::GET, "http://a/", &[("host", "evil.example")]), 421);
        assert!(own.admit(Version::HTTP_10, &Method::GET, &"/".parse().unwrap(), &HeaderMap::new()).is_ok());
    }

    #[test]
    fn only_the_same_origin_is_not_foreign() {
        let own = site(None, Origins::default());
        let host = ("host", "a:5000");
        assert_eq!(post(&own, &[("sec-fetch-site", "same-origin"), ("origin", "null"), host]), 200);
        assert_eq!(post(&own, &[("sec-fetch-site", "same-site"), host]), 403);
        assert_eq!(post(&own, &[("sec-fetch-site", "cross-site"), ("origin", "http://a:5000"), host]), 403);
        assert_eq!(post(&own, &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "x"), host]), 403);
        assert_eq!(post(&own, &[("origin", "http://a:5000"), host]), 200);
        assert_eq!(post(&own, &[("origin", "http://[::1]:5000"), ("host", "[::1]:5000")]), 200);
        for origin in ["http://a:5001", "http://b:5000", "null", "a:5000", "http://a.evil.example"] {
            assert_eq!(post(&own, &[("origin", origin), host]), 403, "{origin}");
            assert_eq!(socket(&own, origin), 403, "{origin}");
        }
        assert_eq!(post(&own, &[("origin", "http://a:5000"), ("origin", "http://a:5000"), host]), 403);
        assert_eq!(post(&own, &[host]), 200, "no browser");
        assert_eq!(socket(&own, "http://a:5000"), 200);
        assert_eq!(admit(&own, &Method::GET, "/", &[("origin", "http://b"), host]), 200, "it only reads");
    }

    #[test]
    fn names_that_the_operator_gives_hold_behind_proxies() {
        let named = site(Some("gpu.example,a"), Origins::default());
        assert_eq!(post(&named, &[("origin", "https://gpu.example:8443"), ("host", "127.0.0.1:5000")]), 200);
        assert_eq!(socket(&named, "https://gpu.example"), 200);
        assert_eq!(socket(&named, "https://evil.example"), 403);
        assert_eq!(get(&named, &["gpu.example"]), 200);
    }

    #[test]
    fn origins_that_are_invited_may_listen_and_change_nothing() {
        let origins = || Origins::These(vec!["https://wall.example".into()]);
        let open = site(None, origins());
        assert_eq!(socket(&open, "https://wall.example"), 200);
        assert_eq!(socket(&open, "https://wall.example:1"), 403);
        assert_eq!(post(&open, &[("origin", "https://wall.example"), ("host", "a")]), 403);
        assert_eq!(socket(&site(None, Origins::Any), "https://b"), 200);
    }
}
