//! Names that requests may call this server by, and origins that may read from it.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;

use super::authority::{Authority, Origin};

/// A name of `GPU_MONITOR_ALLOWED_HOSTS`: `gpu.example.com`, with a port only that one,
/// `*.example.com` for all names below it, `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    /// In lower case, without the final dot.
    name: String,
    /// With all names below it, itself not.
    below: bool,
    port: Option<u16>,
}

impl HostPattern {
    /// Just this name, at any port.
    #[must_use]
    pub fn exactly(name: &str) -> Self {
        Self { name: name.trim_end_matches('.').to_ascii_lowercase(), below: false, port: None }
    }

    /// Whether a name in lower case, without a final dot, and its port fit. `port` is `None`
    /// where the request names none.
    #[must_use]
    pub fn fits(&self, name: &str, port: Option<u16>) -> bool {
        let named = if self.below {
            name.strip_suffix(&self.name)
                .is_some_and(|front| self.name.is_empty() || front.len() > 1 && front.ends_with('.'))
        } else {
            name == self.name
        };
        named && (self.port.is_none() || self.port == port)
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.below, self.name.is_empty()) {
            (true, true) => f.write_str("*")?,
            (true, false) => write!(f, "*.{}", self.name)?,
            _ => f.write_str(&self.name)?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// The patterns in a list with commas.
pub(super) fn allowed_hosts(text: &str) -> Result<Vec<HostPattern>, String> {
    list(text, pattern).ok_or_else(|| {
        "names with commas between them, like gpu.example.com, gpu.example.com:8443, *.example.com, or * for any"
            .to_owned()
    })
}

fn pattern(text: &str) -> Option<HostPattern> {
    if text == "*" {
        return Some(HostPattern { name: String::new(), below: true, port: None });
    }
    let (text, below) = match text.strip_prefix("*.").or_else(|| text.strip_prefix('.')) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    // Addresses need not be named.
    let Authority { name, port } = Authority::parse(text).filter(|named| !named.name.starts_with('['))?;
    Some(HostPattern { name, below, port })
}

/// Whose pages may read the API: `GPU_MONITOR_CORS_ORIGINS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Everybody's.
    Any,
    /// These, as browsers write them: `https://wall.example.com`.
    These(Vec<String>),
}

impl Default for Origins {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::These(origins) if origins.is_empty() => f.write_str("(none)"),
            Self::These(origins) => f.write_str(&origins.join(",")),
        }
    }
}

/// The origins in a list with commas.
pub(super) fn origins(text: &str) -> Result<Origins, String> {
    if text.trim() == "*" {
        return Ok(Origins::Any);
    }
    list(text, origin).map(Origins::These).ok_or_else(|| {
        "origins as browsers write them, with commas between them, like https://wall.example.com, or * for any"
            .to_owned()
    })
}

fn origin(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let name = Origin::parse(&text)?.authority.name;
    // With a final dot it would be another one to a browser.
    let (_, rest) = text.split_once("://")?;
    matches!(rest.as_bytes().get(name.len()), None | Some(b':')).then_some(text)
}

/// The networks in a list with commas; an address alone is a network of one.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let network = |text: &str| text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    list(text, network).ok_or_else(|| {
        "addresses or networks with commas between them, like 127.0.0.1 or 10.0.0.0/8".to_owned()
    })
}

/// The items of a list with commas; `None` if it has none, or one that does not fit.
fn list<T>(text: &str, item: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(patterns: &str, name: &str, port: Option<u16>) -> bool {
        allowed_hosts(patterns).unwrap().iter().any(|pattern| pattern.fits(name, port))
    }

    #[test]
    fn a_name_fits_as_it_is_written() {
        assert!(fits("GPU.example.com.", "gpu.example.com", Some(1)));
        assert!(fits("a, b", "b", None));
        assert!(!fits("example.com", "gpu.example.com", None));
        assert!(!fits("example.com", "notexample.com", None));
        for pattern in ["*.example.com", ".example.com"] {
            assert!(fits(pattern, "a.b.example.com", None));
            for name in ["example.com", ".example.com", "aexample.com", "a.example.com.evil.net"] {
                assert!(!fits(pattern, name, None), "{pattern} {name}");
            }
        }
        assert!(fits("a:8443", "a", Some(8443)));
        assert!(!fits("a:8443", "a", None) && !fits("a:8443", "a", Some(443)));
        assert!(fits("*", "anything.at.all", Some(1)));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", ",", "a,,b", "http://a", "a/b", "a b", "*.", "a.*.b", "a:", "a:99999", "a..b", "ü"]
        {
            assert!(allowed_hosts(text).is_err(), "{text}");
        }
        let text = "gpu.example.com,*.example.com,*,a:1";
        let shown =
            allowed_hosts(text).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        assert_eq!(shown, text);
    }

    #[test]
    fn origins_are_as_browsers_write_them() {
        let these = |text: &str| match origins(text).unwrap() {
            Origins::These(these) => these,
            Origins::Any => panic!("{text}"),
        };
        assert_eq!(these("https://A.example/, http://b:81"), ["https://a.example", "http://b:81"]);
        assert_eq!(these("http://[::1]:5000,http://[::1]"), ["http://[::1]:5000", "http://[::1]"]);
        assert_eq!(origins("*"), Ok(Origins::Any));
        for text in ["", "a", "https://", "https://a/b", "ftp://a", "null", "https://a:x", "http://[x]"] {
            assert!(origins(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_are_addresses_too() {
        let all = networks("127.0.0.1, 10.0.0.0/8,::1").unwrap();
        assert!(all[1].contains(&"10.2.3.4".parse::<IpAddr>().unwrap()));
        assert_eq!(all[0].to_string(), "127.0.0.1/32");
        assert!(networks("10.0.0.0/33").is_err() && networks("nginx").is_err() && networks("").is_err());
    }
}
