//! `name=value` and `name: value`, as options, variables, headers, JSON and queries have them.

use std::ops::Range;

use super::{
    super::names::{self, Holds},
    Next, SCHEMES, Walk, word_end,
};

/// What may follow a value within a word.
const DELIMITERS: [char; 8] = ['&', ';', ',', '}', ')', ']', '"', '\''];

/// What an argument's value holds that begins with its name, and where the value begins.
pub(super) fn whole(text: &str) -> Option<(Holds, usize)> {
    let at = text.find(['=', ':'])?;
    let name = &text[..at];
    let one = is_all_name(name);
    let start = at + 1;
    let fits = one && (text.as_bytes()[at] == b'=' || is_header(name, &text[start..]));
    let holds = names::holds(name).filter(|_| fits && !text[start..].trim_start().is_empty())?;
    Some((holds, start))
}

/// Where the text in quotes ends that begins here, the quotes included; the end of all where
/// nothing closes them.
pub(super) fn quoted(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let escapes = rest.len() - rest.trim_start_matches('\\').len();
    let quote = rest[escapes..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let opening = &rest[..escapes + quote.len_utf8()];
    let close = rest[opening.len()..].find(opening);
    Some(close.map_or(text.len(), |close| start + 2 * opening.len() + close))
}

impl Walk {
    /// Takes out the values within a word, or beyond it where they are in quotes; gives where the
    /// next word may begin.
    pub(super) fn assignments(&mut self, text: &str, word: Range<usize>) -> usize {
        let mut at = word.start;
        while let Some(sign) = text[at..word.end].find(['=', ':']).map(|sign| at + sign) {
            at = sign + 1;
            let Some(name) = name_before(text, word.start, sign) else { continue };
            let bare = &text[name.clone()];
            if text.as_bytes()[sign] == b'=' && super::USERS.contains(&bare) {
                self.cuts.add_password(text, at..word.end);
                return word.end;
            }
            let Some(holds) = names::holds(bare) else { continue };
            let closed = text[name.end..sign].contains(['"', '\'']);
            let before = text[word.start..name.start].chars().next_back();
            let behind_slash = matches!(before, Some('/' | '@'));
            let is_quoted = quoted(text, at).is_some();
            if text.as_bytes()[sign] == b':'
                && !closed
                && !is_quoted
                && (behind_slash || !is_header(bare, &text[at..word.end]))
            {
                continue;
            }
            let end = extent(text, at, &word, before, closed);
            let value = &text[at..end];
            if value.is_empty() && end == word.end && text.as_bytes()[sign] == b':' {
                self.next = Next::Scheme;
                return end;
            }
            if SCHEMES.iter().any(|scheme| value.eq_ignore_ascii_case(scheme)) {
                self.next = Next::Value(Holds::Secret);
            } else if !names::is_told(holds, value) {
                self.cuts.add(text, at..end);
            }
            if end >= word.end {
                return end;
            }
            at = end;
        }
        word.end
    }
}

/// Whether this is a name and nothing else.
pub(super) fn is_all_name(text: &str) -> bool {
    text.chars().all(|c| is_name(c) || c == '-')
}

/// The name that ends before this sign, without its quotes.
fn name_before(text: &str, from: usize, sign: usize) -> Option<Range<usize>> {
    let end = from + text[from..sign].trim_end_matches(['"', '\'', '\\']).len();
    let length: usize =
        text[from..end].chars().rev().take_while(|c| is_name(*c) || *c == '-').map(char::len_utf8).sum();
    (length > 0).then(|| end - length..end)
}

const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
}

/// Whether a colon stands for an equals sign: not in addresses, places of mounts, versions, and
/// `module.auth:application`.
fn is_header(name: &str, value: &str) -> bool {
    let place = value.starts_with(['/', '\\']);
    let module = !name.starts_with('-') && (name.contains('.') || name.eq_ignore_ascii_case("auth"));
    !place && !module
}

/// Where the value ends that begins at `at`: `before` stands in front of its name, which was in
/// quotes of its own if `closed`.
fn extent(text: &str, at: usize, word: &Range<usize>, before: Option<char>, closed: bool) -> usize {
    if let Some(end) = quoted(text, at) {
        // A shell puts together what touches.
        let rest = &text[end..word_end(text, end)];
        let ends: &[char] = if before.is_some() { &DELIMITERS } else { &[] };
        return end + if closed { 0 } else { rest.find(ends).unwrap_or(rest.len()) };
    }
    let ends: &[char] = match before {
        // Whatever it has in it.
        None => return word.end,
        Some(quote @ ('"' | '\'')) if !closed => {
            return text[at..].find(quote).map_or(word.end, |length| at + length);
        }
        Some('?' | '&') => &['&', '#', '"', '\''],
        Some(_) => &DELIMITERS,
    };
    text[at..word.end].find(ends).map_or(word.end, |length| at + length)
}
