//! What needs no name before it: logins in addresses, keys in their armour, and what looks like a
//! secret.

use super::{super::shapes, cut::Cuts, word_end};

const ARMOUR: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Takes all of it out.
pub(super) fn cut(text: &str, cuts: &mut Cuts) {
    logins(text, cuts);
    armour(text, cuts);
    let mut from = 0;
    while let Some(found) = shapes::find(text, from) {
        from = found.end;
        cuts.add(text, found);
    }
}

/// `scheme://user:password@host`. Where the password has a slash in it that should have been
/// written otherwise, what looks like the host's end is none, unless a port is before it.
fn logins(text: &str, cuts: &mut Cuts) {
    let mut from = 0;
    while let Some(at) = text[from..].find("://").map(|at| from + at + 3) {
        from = at;
        let rest = &text[at..];
        let whole = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(rest.len());
        let host = rest[..whole].find(['/', '?', '#']).unwrap_or(whole);
        let Some(colon) = rest[..host].find(':') else { continue };
        let port = rest[colon + 1..host].bytes().all(|byte| byte.is_ascii_digit());
        let end = match rest[..host].rfind('@') {
            None if !port && !rest.starts_with('[') => rest[host..whole].find('@').map(|end| host + end),
            end => end,
        };
        if let Some(end) = end.filter(|end| *end > colon) {
            cuts.add(text, at + colon + 1..at + end);
        }
    }
}

/// From the line that begins a key to the end of the one that ends it, or all that is left.
fn armour(text: &str, cuts: &mut Cuts) {
    let mut from = 0;
    while let Some(start) = text[from..].find(ARMOUR).map(|at| from + at) {
        let end = text[start..].find(END).map(|at| start + at + END.len());
        let end = end.and_then(|name| Some(word_end(text, name + text[name..].find(DASHES)?)));
        from = end.unwrap_or(text.len());
        cuts.add(text, start..from);
    }
}
