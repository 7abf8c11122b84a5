//! What was done, counted.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) plain: AtomicUsize,
    pub(crate) compressed: AtomicUsize,
    pub(crate) messages: AtomicUsize,
    pub(crate) requests: AtomicUsize,
    pub(crate) aborted: AtomicUsize,
    pub(crate) half_open: AtomicUsize,
    pub(crate) malformed: AtomicUsize,
}

/// One more.
pub(crate) fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Relaxed);
}

impl Tally {
    pub(crate) fn summary(&self) -> String {
        let of = |counter: &AtomicUsize| counter.load(Relaxed);
        format!(
            "viewers          {} compressed, {} not\nmessages checked {}\nrequests         {} answered, {} left, \
             {} half open, {} malformed",
            of(&self.compressed),
            of(&self.plain),
            of(&self.messages),
            of(&self.requests),
            of(&self.aborted),
            of(&self.half_open),
            of(&self.malformed),
        )
    }
}
