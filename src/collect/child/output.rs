//! What a child printed: the newest listing, and the rest.

use std::{
    io::Read,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Framing;
use crate::collect::{privacy::secrets, processes::text::is_trick};

/// Most bytes of one listing; what is longer is no listing.
pub(super) const LONGEST: usize = 8 << 20;
/// Most bytes of complaints, of which only the last lines are read.
pub(super) const COMPLAINTS: usize = 64 << 10;
/// Most bytes that are kept of what is no listing.
const TAIL: usize = 4096;

/// A whole listing.
#[derive(Debug)]
pub(in crate::collect) struct Frame {
    pub(in crate::collect) bytes: Vec<u8>,
    /// When its end was read.
    pub(in crate::collect) at: Instant,
}

/// Filled by the thread that reads, emptied by the one that samples.
#[derive(Debug)]
pub(super) struct Output {
    /// Most bytes since the last listing.
    longest: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    newest: Option<Frame>,
    /// The end of what has been read since the last listing.
    tail: Vec<u8>,
    /// All that was read since the last listing; there once the pipe is closed.
    rest: Vec<u8>,
    /// More than any listing has come since the last one.
    too_long: bool,
    ended: bool,
    abandoned: bool,
}

impl Output {
    pub(super) fn new(longest: usize) -> Self {
        Self { longest, state: Mutex::default(), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn newest(&self) -> Option<Frame> {
        self.state().newest.take()
    }

    pub(super) fn wait(&self, patience: Duration) -> Option<Frame> {
        let waiting = |state: &mut State| state.newest.is_none() && !state.ended && !state.too_long;
        let answer = self.changed.wait_timeout_while(self.state(), patience, waiting);
        answer.unwrap_or_else(PoisonError::into_inner).0.newest.take()
    }

    pub(super) fn tail(&self) -> Vec<u8> {
        self.state().tail.clone()
    }

    pub(super) fn rest(&self) -> Vec<u8> {
        let state = self.state();
        if state.ended { state.rest.clone() } else { state.tail.clone() }
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.state().too_long
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state().ended
    }

    /// Nobody will ask any more.
    pub(super) fn abandon(&self) {
        self.state().abandoned = true;
    }

    /// Reads until the pipe is closed.
    pub(super) fn fill(&self, mut pipe: impl Read, mut framing: impl Framing) {
        let mut buffer = Vec::new();
        let mut piece = vec![0; 64 << 10];
        loop {
            match pipe.read(&mut piece) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
                Ok(length) => {
                    buffer.extend_from_slice(&piece[..length]);
                    if !self.take(&mut buffer, &mut framing) {
                        return;
                    }
                }
            }
        }
        if !buffer.is_empty() && !buffer.ends_with(b"\n") {
            // The last line of a program that has ended is whole without its end too.
            buffer.push(b'\n');
            self.take(&mut buffer, &mut framing);
            buffer.pop();
        }
        let mut state = self.state();
        state.rest = buffer;
        state.ended = true;
        drop(state);
        self.changed.notify_all();
    }

    /// Takes the listings out of `buffer`. False when nobody wants them.
    fn take(&self, buffer: &mut Vec<u8>, framing: &mut impl Framing) -> bool {
        let mut newest = None;
        while let Some(bytes) = framing(buffer) {
            newest = Some(bytes);
        }
        let too_long = buffer.len() > self.longest;
        if too_long {
            buffer.drain(..buffer.len() - TAIL);
        }
        let mut state = self.state();
        state.tail.clear();
        state.tail.extend_from_slice(&buffer[buffer.len().saturating_sub(TAIL)..]);
        if let Some(bytes) = newest {
            state.too_long = false;
            state.newest = Some(Frame { bytes, at: Instant::now() });
            self.changed.notify_all();
        }
        if too_long {
            state.too_long = true;
            self.changed.notify_all();
        }
        !state.abandoned
    }
}

/// The last lines of a text, without one that would lack its beginning.
fn end(text: &[u8]) -> &[u8] {
    let cut = text.len().saturating_sub(TAIL);
    if cut == 0 {
        return text;
    }
    let first = text[cut..].iter().position(|byte| *byte == b'\n').map_or(cut, |at| cut + at + 1);
    &text[first..]
}

/// The last lines that a child printed, for people: they go into the log, the page and the API.
/// Half a listing may have a command line in it, so that they are masked whatever is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::collect) struct Said(Vec<String>);

impl Said {
    pub(super) fn of(out: &[u8], err: &[u8]) -> Self {
        let mut lines = Vec::new();
        for part in [out, err] {
            let text = String::from_utf8_lossy(end(part)).into_owned();
            for line in text.lines() {
                let line: String = line.chars().filter(|c| !is_trick(*c)).collect();
                if !line.trim().is_empty() {
                    lines.push(secrets::masked(line.trim()).unwrap_or_else(|| line.trim().to_owned()));
                }
            }
        }
        Self(lines)
    }

    /// Oldest first.
    pub(in crate::collect) fn lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_plain_text() {
        let said = Said::of("a\u{1b}[1m\n \u{202e} \nb\u{2066}c".as_bytes(), b"\xff");
        assert_eq!(said.lines().collect::<Vec<_>>(), ["a[1m", "bc", "\u{fffd}"]);
    }
}
