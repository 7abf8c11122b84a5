//! Whom a request is from, where proxies stand between.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// More proxies than stand in one row anywhere.
const MOST_HOPS: usize = 16;

/// The address that asks: `peer`, or where that is a trusted proxy, whom it names in
/// `X-Forwarded-For`. Each proxy appends whom it was asked by, so the list is read from its
/// end, for as long as those who wrote it are trusted; what stands before that anybody may
/// have made up.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for");
    let hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops.take(MOST_HOPS) {
        if !is_trusted(client, trusted) {
            break;
        }
        // One that cannot be read: the last who could is who is known.
        let Some(address) = address(hop.trim()) else { break };
        client = address;
    }
    client
}

/// Whether this is the address of a trusted proxy.
pub(super) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Some proxies write the port as well.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(bare).or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, lines: &[&str], trusted: &str) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.split_whitespace().map(|net| net.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(of("127.0.0.1", &["9.9.9.9"], ""), "127.0.0.1");
        assert_eq!(of("8.8.8.8", &["9.9.9.9"], "127.0.0.1/32"), "8.8.8.8");
        assert_eq!(of("127.0.0.1", &["9.9.9.9"], "127.0.0.1/32"), "9.9.9.9");
        assert_eq!(of("::ffff:127.0.0.1", &["::ffff:9.9.9.9"], "127.0.0.1/32"), "9.9.9.9");
        assert_eq!(of("127.0.0.1", &[], "127.0.0.1/32"), "127.0.0.1");
    }

    #[test]
    fn what_stands_before_the_last_untrusted_hop_is_made_up() {
        assert_eq!(of("127.0.0.1", &["1.1.1.1, 9.9.9.9"], "127.0.0.0/8"), "9.9.9.9");
        assert_eq!(of("127.0.0.1", &["1.1.1.1, 9.9.9.9, 10.0.0.7"], "127.0.0.0/8 10.0.0.0/8"), "9.9.9.9");
        assert_eq!(of("127.0.0.1", &["1.1.1.1", "9.9.9.9"], "127.0.0.0/8"), "9.9.9.9");
        let long = vec!["127.0.0.1"; 10_000].join(",");
        assert_eq!(of("127.0.0.1", &[&long], "127.0.0.0/8"), "127.0.0.1");
    }

    #[test]
    fn ports_are_left_out_and_nonsense_ends_the_list() {
        assert_eq!(of("127.0.0.1", &["9.9.9.9:1234"], "127.0.0.0/8"), "9.9.9.9");
        assert_eq!(of("127.0.0.1", &["[2001:db8::1]:1234"], "127.0.0.0/8"), "2001:db8::1");
        assert_eq!(of("127.0.0.1", &["[2001:db8::1]"], "127.0.0.0/8"), "2001:db8::1");
        for nonsense in ["", "unknown", "1.1.1.1, x", "_hidden", "1.1.1.1,", "1.1.1"] {
            assert_eq!(of("127.0.0.1", &[nonsense], "127.0.0.0/8"), "127.0.0.1", "{nonsense}");
        }
    }
}
