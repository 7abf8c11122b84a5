//! A sample on its way to the clients: encoded at most once for each way of sending it,
//! however many get it, and not at all while nobody asks.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Instant,
};

use axum::body::Bytes;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Data, OpCode},
};

use super::Deflater;
use crate::telemetry::Snapshot;

/// The longest header of a frame that a server sends (RFC 6455, 5.2).
const LONGEST_HEADER: usize = 10;

/// One sample.
#[derive(Debug)]
pub struct Frame {
    /// The sample.
    pub snapshot: Snapshot,
    /// When it came in.
    pub received: Instant,
    number: Option<u64>,
    /// The text of the one before, where somebody got it.
    previous: Option<Bytes>,
    plain: OnceLock<Message>,
    whole: OnceLock<Bytes>,
    changes: OnceLock<Option<Bytes>>,
}

/// A message as it stands on the wire.
#[derive(Debug)]
struct Message {
    frame: Bytes,
    header: usize,
}

impl Frame {
    /// `number`: its place among those that are sent to all clients, after `previous`.
    pub(super) const fn new(
        snapshot: Snapshot,
        received: Instant,
        number: Option<u64>,
        previous: Option<Bytes>,
    ) -> Self {
        Self {
            snapshot,
            received,
            number,
            previous,
            plain: OnceLock::new(),
            whole: OnceLock::new(),
            changes: OnceLock::new(),
        }
    }

    /// What only those get who have just come.
    pub(super) const fn greeting(snapshot: Snapshot, received: Instant) -> Self {
        Self::new(snapshot, received, None, None)
    }

    /// Its place among those that are sent to all clients; none for a greeting.
    pub(super) const fn place(&self) -> Option<u64> {
        self.number
    }

    /// The whole payload in JSON.
    pub fn text(&self) -> Bytes {
        let message = self.message();
        message.frame.slice(message.header..)
    }

    /// The text, if it has been made.
    pub(super) fn made(&self) -> Option<Bytes> {
        self.plain.get().map(|message| message.frame.slice(message.header..))
    }

    /// A WebSocket message with the text.
    pub(super) fn plain(&self) -> Bytes {
        self.message().frame.clone()
    }

    /// The same, compressed by itself.
    pub(super) fn whole(&self, deflater: &Mutex<Deflater>) -> Bytes {
        self.whole.get_or_init(|| self.deflated(deflater, None).unwrap_or_else(|| self.plain())).clone()
    }

    /// The same, compressed for those who got the frame before and nothing since; `None`
    /// where nobody can have got that.
    pub(super) fn changes(&self, deflater: &Mutex<Deflater>) -> Option<Bytes> {
        let changes = || self.previous.as_ref().and_then(|previous| self.deflated(deflater, Some(previous)));
        self.changes.get_or_init(changes).clone()
    }

    fn message(&self) -> &Message {
        self.plain.get_or_init(|| {
            // Much the same as last time.
            let room = self.previous.as_ref().map_or(4096, |previous| previous.len() + 512);
            message(false, room, |payload| {
                // A snapshot holds strings, numbers and maps with string keys: nothing that
                // JSON cannot say. An empty object would say so if that ever changed.
                let empty = payload.len();
                if serde_json::to_writer(&mut *payload, &self.snapshot).is_err() {
                    payload.truncate(empty);
                    payload.extend_from_slice(b"{}");
                }
            })
        })
    }

    fn deflated(&self, deflater: &Mutex<Deflater>, context: Option<&[u8]>) -> Option<Bytes> {
        let text = self.text();
        let mut failed = false;
        let message = message(true, text.len() / 4, |payload| {
            // What a panic may have left half done is done anew.
            let mut deflater = deflater.lock().unwrap_or_else(PoisonError::into_inner);
            failed = deflater.deflate(&text, context, payload).is_err();
        });
        (!failed).then_some(message.frame)
    }
}

/// A text message in one frame, whose payload `write` appends; `compressed` as RFC 7692 has it.
fn message(compressed: bool, room: usize, write: impl FnOnce(&mut Vec<u8>)) -> Message {
    let mut buffer = Vec::with_capacity(LONGEST_HEADER + room);
    buffer.resize(LONGEST_HEADER, 0);
    write(&mut buffer);
    let header = FrameHeader { rsv1: compressed, opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
    let length = (buffer.len() - LONGEST_HEADER) as u64;
    let size = header.len(length);
    let start = LONGEST_HEADER - size;
    // Nothing can fail: the place is as long as the header says it is.
    let mut place = &mut buffer[start..LONGEST_HEADER];
    let _ = header.format(length, &mut place);
    buffer.shrink_to_fit();
    Message { frame: Bytes::from(buffer).slice(start..), header: size }
}
