//! What a client has got so far, and what it gets next.

use axum::body::Bytes;

/// Whether and how a client takes compressed messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deflate {
    /// It does not.
    #[default]
    No,
    /// Each by itself.
    Whole,
    /// With the one before as context.
    Changes,
}

/// One client.
#[derive(Debug, Default)]
pub struct Listener {
    /// How it takes messages.
    pub(super) deflate: Deflate,
    /// The scene whose first message it has got.
    pub(super) greeted: Option<usize>,
    /// The last frame that it has got, or did not need.
    pub(super) last: u64,
    /// The frame that is its context: its last message, if that was compressed.
    pub(super) context: Option<u64>,
}

/// The next message for a client.
#[derive(Debug)]
pub struct Delivery {
    /// A WebSocket frame, to be written as it is.
    pub bytes: Bytes,
    /// How many frames the client was too slow for since the last one.
    pub skipped: u64,
}

impl Listener {
    /// One that has got nothing yet.
    #[must_use]
    pub fn new(deflate: Deflate) -> Self {
        Self { deflate, ..Self::default() }
    }
}
