//! The parts of a text that are not told.

use std::ops::Range;

use super::MASK;

/// Parts of one text, in any order; they may overlap.
#[derive(Debug, Default)]
pub(super) struct Cuts(Vec<Range<usize>>);

impl Cuts {
    /// Takes out a part, unless it was before.
    pub(super) fn add(&mut self, text: &str, range: Range<usize>) {
        if !range.is_empty() && &text[range.clone()] != MASK {
            self.0.push(range);
        }
    }

    /// Takes the password out of `user:password`; two numbers are those of a user and a group.
    pub(super) fn add_password(&mut self, text: &str, range: Range<usize>) {
        let Some((user, password)) = text[range.clone()].split_once(':') else { return };
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !(number(user) && number(password)) {
            self.add(text, range.start + user.len() + 1..range.end);
        }
    }

    /// The text without them, after which there are none; `None` where there were none.
    pub(super) fn take(&mut self, text: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.sort_unstable_by_key(|range| range.start);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        let mut cuts = self.0.drain(..).peekable();
        while let Some(Range { start, mut end }) = cuts.next() {
            // Those that touch are one.
            while let Some(next) = cuts.next_if(|next| next.start <= end) {
                end = end.max(next.end);
            }
            out.push_str(&text[done..start]);
            out.push_str(MASK);
            done = end;
        }
        out.push_str(&text[done..]);
        Some(out)
    }
}
