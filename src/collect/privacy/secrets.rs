//! Command lines without the passwords that somebody wrote into them, where everybody on the
//! machine can read them already, but not everybody on the network.
//!
//! Nothing here asks for memory where there is nothing to mask.

mod addresses;
mod cut;
mod values;

use std::{borrow::Cow, mem, ops::Range};

use self::cut::Cuts;
use super::names::{self, Holds};

/// Stands in the place of a secret.
const MASK: &str = "***";
/// How a secret is sent stands before it: `Authorization: Bearer …`.
const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "digest", "apikey", "negotiate"];
/// Options whose value is `user:password`.
const USERS: [&str; 3] = ["-u", "--user", "--proxy-user"];

/// Most that is looked at a text again: what is masked may bring two words together that say more
/// than each of them did. Nearly always nothing is found the second time.
const PASSES: usize = 8;

/// The arguments of a program, masked. A secret that is an argument, or the rest of one, is masked
/// with all its spaces.
pub(in crate::collect) fn masked_arguments(arguments: &[String]) -> Vec<Cow<'_, str>> {
    let mut all: Vec<Cow<'_, str>> = arguments.iter().map(|argument| Cow::Borrowed(&**argument)).collect();
    for _ in 0..PASSES {
        let mut walk = Walk::default();
        let (mut script, mut changed) = (false, false);
        for argument in &mut all {
            let is_script = mem::replace(&mut script, runs_next(argument)) && !argument.starts_with('-');
            walk.argument(argument, is_script);
            if let Some(masked) = walk.cuts.take(argument) {
                *argument = Cow::Owned(masked);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    all
}

/// A whole line, masked; `None` where there is nothing to mask.
pub(in crate::collect) fn masked(line: &str) -> Option<String> {
    let mut found = None::<String>;
    for _ in 0..PASSES {
        let line = found.as_deref().unwrap_or(line);
        let mut walk = Walk::default();
        walk.words(line);
        addresses::cut(line, &mut walk.cuts);
        match walk.cuts.take(line) {
            Some(masked) => found = Some(masked),
            None => break,
        }
    }
    found
}

/// What the words so far say of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Anything,
    /// It is the value of a name that holds this.
    Value(Holds),
    /// It says how a secret is sent, or is one.
    Scheme,
    /// It is `user:password`.
    User,
}

#[derive(Debug, Default)]
struct Walk {
    next: Next,
    cuts: Cuts,
}

impl Walk {
    fn argument(&mut self, text: &str, script: bool) {
        if self.awaits(text) {
            self.value(text, 0..text.len());
        } else if let Some((holds, start)) = (!script).then(|| values::whole(text)).flatten() {
            self.next = if text[..start].ends_with(':') { Next::Scheme } else { Next::Value(holds) };
            self.value(text, start..text.len());
        } else {
            self.words(text);
        }
        addresses::cut(text, &mut self.cuts);
    }

    /// Word by word.
    fn words(&mut self, text: &str) {
        let mut at = 0;
        while let Some(space) = text[at..].find(|c: char| !c.is_whitespace()) {
            let start = at + space;
            let end = word_end(text, start);
            at = if self.awaits(&text[start..end]) {
                let end = values::quoted(text, start).map_or(end, |quoted| word_end(text, quoted));
                self.value(text, start..end);
                end
            } else {
                self.next = Next::Anything;
                self.word(text, start..end)
            };
        }
    }

    /// Whether this is the value that was announced.
    fn awaits(&self, word: &str) -> bool {
        match self.next {
            Next::Anything => false,
            // `-u` means something else to other programs: `python -u`, `env -u`.
            Next::User => {
                let sign = word.find([':', '=']);
                sign.is_some_and(|at| word.as_bytes()[at] == b':' && at + 1 < word.len())
            }
            Next::Value(_) | Next::Scheme => !is_option(word),
        }
    }

    /// The value that was announced.
    fn value(&mut self, text: &str, range: Range<usize>) {
        let value = &text[range.clone()];
        match mem::take(&mut self.next) {
            Next::Anything => {}
            Next::User => self.cuts.add_password(text, range),
            Next::Value(holds) => {
                if !names::is_told(holds, value) {
                    self.cuts.add(text, range);
                }
            }
            Next::Scheme => {
                let indent = value.len() - value.trim_start().len();
                let scheme = value[indent..].split(char::is_whitespace).next().unwrap_or_default();
                let word = scheme.trim_matches(['"', '\'']);
                if !SCHEMES.iter().any(|known| word.eq_ignore_ascii_case(known)) {
                    self.cuts.add(text, range.start + indent..range.end);
                    return;
                }
                let behind = range.start + indent + scheme.len();
                match text[behind..range.end].find(|c: char| !c.is_whitespace()) {
                    Some(space) => self.cuts.add(text, behind + space..range.end),
                    None => self.next = Next::Value(Holds::Secret),
                }
            }
        }
    }

    /// A word of which nothing is known; gives where the next one may begin.
    fn word(&mut self, text: &str, range: Range<usize>) -> usize {
        let word = &text[range.clone()];
        let bare = word.trim_matches(['"', '\'', '`', ',', '{', '}', '[', ']', '(', ')']);
        let plain = values::is_all_name(bare.strip_suffix(':').unwrap_or(bare));
        if bare.eq_ignore_ascii_case("bearer") {
            self.next = Next::Value(Holds::Secret);
        } else if USERS.contains(&bare) {
            self.next = Next::User;
        } else if plain && (bare.starts_with('-') || bare.ends_with(':')) {
            match names::holds(bare) {
                Some(_) if bare.ends_with(':') => self.next = Next::Scheme,
                Some(holds) => self.next = Next::Value(holds),
                None => {}
            }
        } else {
            return self.assignments(text, range);
        }
        range.end
    }
}

/// Whether the next argument is a line for a shell: `bash -lc`.
fn runs_next(argument: &str) -> bool {
    argument.len() <= 4
        && argument
            .strip_prefix('-')
            .and_then(|letters| letters.strip_suffix('c'))
            .is_some_and(|letters| letters.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn is_option(word: &str) -> bool {
    word.starts_with("--") || word.len() == 2 && word.starts_with('-')
}

/// Where the word that this is in ends.
fn word_end(text: &str, at: usize) -> usize {
    text[at..].find(char::is_whitespace).map_or(text.len(), |length| at + length)
}

#[cfg(test)]
mod tests;
