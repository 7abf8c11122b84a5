//! What the browser's tab says. Pure.

use super::store::Link;

const PRODUCT: &str = "GPU Observatory";

/// The tab's title: what is wrong, the host, the product, and whether all of it is invented.
#[must_use]
pub fn title(link: Link, host: Option<&str>, simulated: bool) -> String {
    let mut parts = Vec::with_capacity(4);
    match link {
        Link::Connecting | Link::Live { .. } => {}
        Link::Stale { .. } => parts.push("▲ Stale"),
        Link::Reconnecting { .. } => parts.push("▲ Disconnected"),
    }
    parts.extend(host);
    parts.push(PRODUCT);
    if simulated {
        parts.push("simulated data");
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_comes_first() {
        assert_eq!(title(Link::Live { age: 1 }, Some("atlas"), false), "atlas · GPU Observatory");
        assert_eq!(title(Link::Connecting, None, true), "GPU Observatory · simulated data");
        assert_eq!(
            title(Link::Reconnecting { in_seconds: 3, age: None }, Some("atlas"), false),
            "▲ Disconnected · atlas · GPU Observatory"
        );
    }
}
