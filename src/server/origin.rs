//! Who may change something: only our own page.

use axum::http::{HeaderMap, header};

/// Whether another site's page sent the request. A browser says from where it posts, and
/// no page can make it lie; what is no browser may do what its user may.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return site != "same-origin";
    }
    // Where the address is neither HTTPS nor loopback, browsers say only this.
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host != text(header::HOST.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_foreign(&pairs.collect())
    }

    #[test]
    fn only_the_same_origin_is_not_foreign() {
        assert!(!foreign(&[("sec-fetch-site", "same-origin"), ("origin", "null"), ("host", "a:5000")]));
        assert!(foreign(&[("sec-fetch-site", "same-site"), ("host", "a:5000")]));
        assert!(foreign(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://a:5000"),
            ("host", "a:5000")
        ]));
        assert!(!foreign(&[("origin", "http://a:5000"), ("host", "a:5000")]));
        assert!(!foreign(&[("origin", "http://[::1]:5000"), ("host", "[::1]:5000")]));
        for origin in ["http://a:5001", "http://b:5000", "null", "a:5000"] {
            assert!(foreign(&[("origin", origin), ("host", "a:5000")]), "{origin}");
        }
        assert!(foreign(&[("origin", "http://a")]), "no host at all");
        assert!(!foreign(&[("host", "a:5000")]), "no browser");
    }
}
