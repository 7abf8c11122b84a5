//! What a request calls the server, and whence a page says that it comes.

use std::net::{IpAddr, Ipv6Addr};

/// A name or address with its port, as `Host` carries it. In lower case, without a final dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) name: String,
    /// `None` where it was not said, which is the scheme's own.
    pub(crate) port: Option<u16>,
}

impl Authority {
    /// `None` for what is neither a name nor an address: such a thing is nobody's.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().ok()?)),
            _ => (text, None),
        };
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let plain = |part: &str| {
            let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
            !part.is_empty() && part.bytes().all(plain)
        };
        let v6 = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let sound = match v6 {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => name.len() <= 253 && name.split('.').all(plain),
        };
        sound.then_some(Self { name, port })
    }

    /// An address, which no name server can turn into another.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.name.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// Loopback by name; browsers do not ask name servers for it.
    pub(crate) fn is_localhost(&self) -> bool {
        self.name == "localhost" || self.name.ends_with(".localhost")
    }
}

/// A page's origin: `https://gpu.example.com:8443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) https: bool,
    pub(crate) authority: Authority,
}

impl Origin {
    /// `None` for `null`, which is what a page without one sends, and for what is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let https = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self { https, authority: Authority::parse(rest)? })
    }

    /// Whether a request to `host` stays within it.
    pub(crate) fn is_that_of(&self, host: &Authority) -> bool {
        let usual = if self.https { 443 } else { 80 };
        let port = |authority: &Authority| authority.port.unwrap_or(usual);
        self.authority.name == host.name && port(&self.authority) == port(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(text: &str) -> Option<(String, Option<u16>)> {
        Authority::parse(text).map(|authority| (authority.name, authority.port))
    }

    #[test]
    fn names_and_addresses_are_understood() {
        for (text, name, port) in [
            ("localhost:5000", "localhost", Some(5000)),
            ("GPU.Example.COM.", "gpu.example.com", None),
            ("127.0.0.1", "127.0.0.1", None),
            ("[::1]:5000", "[::1]", Some(5000)),
            ("[::1]", "[::1]", None),
            ("my_box", "my_box", None),
        ] {
            assert_eq!(authority(text), Some((name.to_owned(), port)), "{text}");
        }
    }

    #[test]
    fn what_is_neither_is_nobodys() {
        for text in [
            "", ":", ":80", "a:", "a:b", "a:70000", "a b", "a/b", "user@a", "a\tb", "a,b", "[::1", "::1",
            "[a]", "a..b", ".", "a..", "ü", "a?b", "a#b", "a\\b", "a%2eb", "[::1]x", "[::1]:",
        ] {
            assert_eq!(authority(text), None, "{text:?}");
        }
        assert_eq!(authority(&"a".repeat(254)), None);
    }

    #[test]
    fn an_address_is_known_from_a_name() {
        let parse = |text| Authority::parse(text).unwrap();
        assert!(parse("10.1.2.3:1").address().is_some() && parse("[fe80::1]").address().is_some());
        assert!(parse("10.1.2.3.evil.example").address().is_none());
        assert!(parse("localhost").is_localhost() && parse("a.localhost").is_localhost());
        assert!(!parse("localhost.evil.example").is_localhost() && !parse("notlocalhost").is_localhost());
    }

    #[test]
    fn a_request_stays_within_its_origin() {
        let stays =
            |origin, host| Origin::parse(origin).unwrap().is_that_of(&Authority::parse(host).unwrap());
        assert!(stays("http://a:5000", "a:5000"));
        assert!(stays("http://[::1]:5000", "[::1]:5000"));
        assert!(stays("https://a", "a:443") && stays("https://a:443", "A.") && stays("http://a", "a:80"));
        for (origin, host) in [("http://a:5001", "a:5000"), ("http://b", "a"), ("https://a", "a:80")] {
            assert!(!stays(origin, host), "{origin} {host}");
        }
        for text in
            ["null", "", "a:5000", "file://", "ftp://a", "http://", "http://a/", "http://u@a", "HTTP://a"]
        {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }
}
