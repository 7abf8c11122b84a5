//! Command lines without the passwords that somebody wrote into them, where everybody on the
//! machine can read them already, but not everybody on the network.

use std::borrow::Cow;

use super::{names, shapes};

/// Stands in the place of a secret.
const MASK: &str = "***";
const PEM: &str = "-----BEGIN ";

/// The arguments of a program, masked.
pub(in crate::collect) fn masked_arguments(arguments: &[String]) -> Vec<Cow<'_, str>> {
    let mut next = Next::default();
    let mut mask = |argument| Masker { next: &mut next }.argument(argument);
    arguments
        .iter()
        .map(|argument| mask(argument).map_or(Cow::Borrowed(argument.as_str()), Cow::Owned))
        .collect()
}

/// A whole line, masked; `None` where there is nothing to mask.
pub(in crate::collect) fn masked(line: &str) -> Option<String> {
    Masker { next: &mut Next::default() }.words(line)
}

/// What the words so far say of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Anything,
    /// It is a secret.
    Secret,
    /// It is `user:password`.
    User,
    /// It says how a secret is sent, or is one.
    Scheme,
}

struct Masker<'a> {
    next: &'a mut Next,
}

impl Masker<'_> {
    /// One argument; `None` where it stays as it is.
    fn argument(&mut self, text: &str) -> Option<String> {
        if text.contains(PEM) {
            return Some(MASK.to_owned());
        }
        // With all its spaces.
        if *self.next == Next::Secret && !is_option(text) && !names::is_told(text) {
            *self.next = Next::Anything;
            return (text != MASK).then(|| MASK.to_owned());
        }
        self.words(text)
    }

    /// Word by word, as a shell would read them.
    fn words(&mut self, text: &str) -> Option<String> {
        let mut out = None::<String>;
        let mut rest = text;
        let mut done = 0;
        while !rest.is_empty() {
            let space = rest.len() - rest.trim_start().len();
            let length = word(&rest[space..]);
            let (start, end) = (done + space, done + space + length);
            let masked = if length == 0 { None } else { self.word(&text[start..end]) };
            match (&mut out, masked) {
                (Some(out), masked) => {
                    out.push_str(&text[done..start]);
                    out.push_str(masked.as_deref().unwrap_or(&text[start..end]));
                }
                (None, Some(masked)) => out = Some([&text[..start], &masked].concat()),
                (None, None) => {}
            }
            done = end;
            rest = &text[end..];
        }
        out
    }

    fn word(&mut self, word: &str) -> Option<String> {
        let bare = word.trim_matches(['"', '\'', ',', '{', '}', '[', ']', '(', ')']);
        match std::mem::take(self.next) {
            Next::Secret if !is_option(word) => {
                return (!names::is_told(word) && word != MASK).then(|| MASK.to_owned());
            }
            Next::Scheme
                if ["bearer", "basic", "token"].iter().any(|scheme| bare.eq_ignore_ascii_case(scheme)) =>
            {
                *self.next = Next::Secret;
                return None;
            }
            Next::Scheme if !is_option(word) => return (word != MASK).then(|| MASK.to_owned()),
            Next::User if !is_option(word) => return password(word),
            _ => {}
        }
        let name = bare.trim_end_matches(':');
        if bare.eq_ignore_ascii_case("bearer") {
            *self.next = Next::Secret;
            return None;
        }
        if bare != name && name.eq_ignore_ascii_case("authorization") {
            *self.next = Next::Scheme;
            return None;
        }
        if matches!(word, "-u" | "--user" | "--proxy-user") {
            *self.next = Next::User;
            return None;
        }
        if (word.starts_with('-') || bare != name)
            && !name.contains(['=', ':', '/'])
            && names::is_secret(name)
        {
            *self.next = Next::Secret;
            return None;
        }
        within(word)
    }
}

fn is_option(word: &str) -> bool {
    word.starts_with("--") || word.len() == 2 && word.starts_with('-')
}

/// The length of the first word, as a shell would cut it.
fn word(text: &str) -> usize {
    until(text, char::is_whitespace)
}

/// Up to the first that `ends` and is in no quotes. Quotes begin where a value does.
fn until(text: &str, ends: impl Fn(char) -> bool) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if quote.is_some() {
            quote = quote.filter(|open| *open != c);
        } else if ends(c) {
            return at;
        } else if matches!(c, '"' | '\'') && matches!(before, ' ' | '=' | ':') {
            quote = Some(c);
        }
        before = c;
    }
    text.len()
}

/// `user:password`; two numbers are those of a user and a group.
fn password(word: &str) -> Option<String> {
    let (user, password) = word.split_once(':')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = password.is_empty() || password == MASK || number(user) && number(password);
    (!plain).then(|| [user, ":", MASK].concat())
}

/// What stands within a word: `name=value`, also in the query of an address or in JSON;
/// `user:password@` in an address; and what looks like a secret.
fn within(word: &str) -> Option<String> {
    let mut out = word.to_owned();
    assignments(&mut out);
    login(&mut out);
    let mut from = 0;
    while let Some(found) = shapes::find(&out, from) {
        from = found.start + MASK.len();
        out.replace_range(found, MASK);
    }
    (out != word).then_some(out)
}

fn assignments(out: &mut String) {
    let mut start = 0;
    while start < out.len() {
        let piece = &out[start..];
        let length = piece_length(piece);
        let split = piece[..length].char_indices().find(|(_, c)| matches!(c, '=' | ':'));
        if let Some((at, _)) = split {
            let name = piece[..at].trim_matches(['"', '\'', '\\']);
            let value = &piece[at + 1..length];
            // The colon of an address begins no value.
            if names::is_secret(name) && !names::is_told(value) && !value.starts_with("//") && value != MASK {
                let end = start + length;
                out.replace_range(start + at + 1..end, MASK);
                start += at + 1 + MASK.len() + 1;
                continue;
            }
        }
        start += length + 1;
    }
}

/// Up to where another name may begin.
fn piece_length(text: &str) -> usize {
    until(text, |c| matches!(c, '?' | '&' | ';' | ',' | '{' | '}'))
}

/// `scheme://user:password@host`.
fn login(out: &mut String) {
    let mut from = 0;
    while let Some(at) = out[from..].find("://").map(|at| from + at + 3) {
        from = at;
        let host = &out[at..];
        let end = host.find(['/', '?', '#', ' ', '"', '\'']).unwrap_or(host.len());
        let Some(at_sign) = host[..end].rfind('@') else { continue };
        let Some(colon) = host[..at_sign].find(':') else { continue };
        out.replace_range(at + colon + 1..at + at_sign, MASK);
    }
}

#[cfg(test)]
mod tests;
