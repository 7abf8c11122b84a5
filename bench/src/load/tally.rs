//! What was counted.

use std::collections::BTreeMap;

use hdrhistogram::{CreationError, Histogram};

/// Nothing that is measured here takes longer: a minute in microseconds.
const LONGEST: u64 = 60_000_000;

/// Of one viewer that reads all it gets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct One {
    /// When the latest message came; 0 before the first.
    pub(crate) last: u64,
    /// Messages within the count that said something new.
    pub(crate) messages: u64,
    /// The longest time without one, within the count.
    pub(crate) longest_gap: u64,
    pub(crate) gone: bool,
}

/// Of all viewers.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) viewers: Vec<One>,
    pub(crate) connected: usize,
    pub(crate) greeted: usize,
    /// Viewers that were told of their subprotocol, and of compression.
    pub(crate) subprotocol: usize,
    pub(crate) deflate: usize,
    /// Viewers that ended before the count did, or never began.
    pub(crate) failed: usize,
    pub(crate) messages: u64,
    pub(crate) repeats: u64,
    pub(crate) bytes: u64,
    pub(crate) first_bytes: u64,
    /// From connecting to the first message.
    pub(crate) first: Histogram<u64>,
    /// From when the sample was taken to when it was read.
    pub(crate) latency: Histogram<u64>,
    /// Messages whose time could not be read.
    pub(crate) unreadable: u64,
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) stalled: Background,
    pub(crate) slow: Background,
    pub(crate) churn: Background,
}

/// Of viewers in the background.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Background {
    pub(crate) connected: u64,
    /// Let go of by the server.
    pub(crate) dropped: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Nothing counted so far.
    ///
    /// # Errors
    /// When there cannot be such histograms.
    pub(crate) fn new(viewers: usize) -> Result<Self, CreationError> {
        Ok(Self {
            viewers: vec![One::default(); viewers],
            connected: 0,
            greeted: 0,
            subprotocol: 0,
            deflate: 0,
            failed: 0,
            messages: 0,
            repeats: 0,
            bytes: 0,
            first_bytes: 0,
            first: Histogram::new_with_max(LONGEST, 3)?,
            latency: Histogram::new_with_max(LONGEST, 3)?,
            unreadable: 0,
            errors: BTreeMap::new(),
            stalled: Background::default(),
            slow: Background::default(),
            churn: Background::default(),
        })
    }

    /// Whether each viewer has got its first message, or will not get one.
    pub(crate) fn has_all(&self, asked: usize) -> bool {
        self.greeted + self.failed >= asked
    }

    /// Notes that something broke.
    pub(crate) fn note_error(&mut self, kind: String) {
        *self.errors.entry(kind).or_default() += 1;
    }
}
