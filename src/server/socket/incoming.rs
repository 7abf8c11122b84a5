//! What a client says: nothing that matters but hello and goodbye. It is read and dropped
//! as it comes, so that it takes no memory however much there is of it.

use std::io::Cursor;

use axum::body::Bytes;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, OpCode},
};

/// A control frame carries this much at most (RFC 6455, 5.5).
const LONGEST_CONTROL: usize = 125;
/// A client has nothing to say; this is room for politeness.
const LONGEST_MESSAGE: u64 = 4096;
/// Room for the longest control frame with its header.
const ROOM: usize = 160;

/// Bytes that have come in and are not understood yet.
#[derive(Debug)]
pub(super) struct Incoming {
    early: Bytes,
    buffer: [u8; ROOM],
    filled: usize,
    /// Bytes of a message to be dropped.
    dropping: u64,
    /// Bytes of the message so far, over all its frames.
    message: u64,
    /// Whether its messages may be compressed.
    deflate: bool,
}

/// What matters of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The answer to this is the same in a pong.
    Ping(Vec<u8>),
    Goodbye,
}

impl Incoming {
    /// `early`: what came with the handshake.
    pub(super) const fn new(deflate: bool, early: Bytes) -> Self {
        Self { early, buffer: [0; ROOM], filled: 0, dropping: 0, message: 0, deflate }
    }

    /// Where to put what comes in; never empty after [`Self::next`] has returned `None`.
    pub(super) fn space(&mut self) -> &mut [u8] {
        &mut self.buffer[self.filled..]
    }

    /// Takes in what came with the handshake, as far as there is room. Whether there was any.
    fn take_early(&mut self) -> bool {
        let count = self.early.len().min(ROOM - self.filled);
        self.buffer[self.filled..self.filled + count].copy_from_slice(&self.early.split_to(count));
        self.filled += count;
        count > 0
    }

    /// Notes that so many bytes have come in.
    pub(super) fn take(&mut self, count: usize) {
        self.filled = (self.filled + count).min(ROOM);
    }

    /// What was said next, if it is complete.
    ///
    /// # Errors
    /// The code with which the connection is to be closed.
    pub(super) fn next(&mut self) -> Result<Option<Said>, CloseCode> {
        loop {
            match self.understand()? {
                None if self.take_early() => {}
                said => return Ok(said),
            }
        }
    }

    fn understand(&mut self) -> Result<Option<Said>, CloseCode> {
        loop {
            let drop = usize::try_from(self.dropping).unwrap_or(usize::MAX).min(self.filled);
            self.consume(drop);
            self.dropping -= drop as u64;
            if self.dropping > 0 {
                return Ok(None);
            }
            let mut cursor = Cursor::new(&self.buffer[..self.filled]);
            let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(|_| CloseCode::Protocol)?
            else {
                return Ok(None);
            };
            let start = usize::try_from(cursor.position()).unwrap_or(ROOM);
            let Some(mask) = header.mask.filter(|_| self.allows(&header)) else {
                return Err(CloseCode::Protocol);
            };
            let OpCode::Control(control) = header.opcode else {
                self.message = self.message.saturating_add(length);
                if self.message > LONGEST_MESSAGE {
                    return Err(CloseCode::Size);
                }
                if header.is_final {
                    self.message = 0;
                }
                self.consume(start);
                self.dropping = length;
                continue;
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if length > LONGEST_CONTROL || !header.is_final {
                return Err(CloseCode::Protocol);
            }
            let Some(masked) = self.buffer[..self.filled].get(start..start + length) else { return Ok(None) };
            let said = match control {
                Control::Close => Some(Said::Goodbye),
                Control::Ping => {
                    Some(Said::Ping(masked.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b).collect()))
                }
                Control::Pong => None,
                Control::Reserved(_) => return Err(CloseCode::Protocol),
            };
            self.consume(start + length);
            if said.is_some() {
                return Ok(said);
            }
        }
    }

    /// Reserved bits mean nothing here, but the first one, that a message is compressed.
    fn allows(&self, header: &FrameHeader) -> bool {
        let compressed = self.deflate && matches!(header.opcode, OpCode::Data(_));
        !(header.rsv2 || header.rsv3 || header.rsv1 && !compressed)
    }

    fn consume(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}

#[cfg(test)]
mod tests {
    use tungstenite::protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    };

    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    /// As a client sends it.
    fn sent(mut frame: Frame) -> Vec<u8> {
        frame.header_mut().mask = Some(MASK);
        let mut bytes = Vec::new();
        frame.format(&mut bytes).unwrap();
        bytes
    }

    fn text(length: usize) -> Frame {
        Frame::message(vec![b'x'; length], OpCode::Data(Data::Text), true)
    }

    /// What is heard where `bytes` come in pieces of `size`.
    fn heard(bytes: &[u8], size: usize, deflate: bool) -> Result<Vec<Said>, CloseCode> {
        let (mut incoming, mut all, mut left) = (Incoming::new(deflate, Bytes::new()), Vec::new(), bytes);
        loop {
            while let Some(said) = incoming.next()? {
                all.push(said);
            }
            if left.is_empty() {
                return Ok(all);
            }
            let space = incoming.space();
            let count = size.min(space.len()).min(left.len());
            assert!(count > 0, "there is always room");
            space[..count].copy_from_slice(&left[..count]);
            incoming.take(count);
            left = &left[count..];
        }
    }

    #[test]
    fn talk_is_dropped_and_questions_are_heard() {
        let mut bytes = sent(text(300));
        bytes.extend(sent(Frame::ping(vec![7; 125])));
        bytes.extend(sent(text(0)));
        bytes.extend(sent(Frame::pong(vec![])));
        bytes.extend(sent(text(4096)));
        bytes.extend(sent(Frame::close(None)));
        for size in [1, 3, 64, 1000] {
            let said = heard(&bytes, size, false).unwrap();
            assert_eq!(said, [Said::Ping(vec![7; 125]), Said::Goodbye], "in pieces of {size}");
        }
        let mut early = Incoming::new(false, Bytes::from(bytes));
        assert_eq!(early.next(), Ok(Some(Said::Ping(vec![7; 125]))));
        assert_eq!(early.next(), Ok(Some(Said::Goodbye)));
    }

    #[test]
    fn what_breaks_the_protocol_ends_the_connection() {
        let ping = || Frame::ping(vec![]);
        let with = |mut frame: Frame, change: fn(&mut FrameHeader)| {
            change(frame.header_mut());
            sent(frame)
        };
        let mut unmasked = Vec::new();
        ping().format(&mut unmasked).unwrap();
        let fragments: Vec<u8> =
            (0..5).flat_map(|_| with(text(1000), |header| header.is_final = false)).collect();
        for (what, bytes, code) in [
            ("no mask", unmasked, CloseCode::Protocol),
            ("a long message", sent(text(4097)), CloseCode::Size),
            (
                "a message of 2^63 bytes",
                vec![0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4],
                CloseCode::Size,
            ),
            ("a long message in short frames", fragments, CloseCode::Size),
            ("a long ping", sent(Frame::ping(vec![0; 126])), CloseCode::Protocol),
            ("half a ping", with(ping(), |header| header.is_final = false), CloseCode::Protocol),
            ("a reserved bit", with(text(1), |header| header.rsv2 = true), CloseCode::Protocol),
            (
                "compression that was not agreed upon",
                with(text(1), |header| header.rsv1 = true),
                CloseCode::Protocol,
            ),
            ("an unknown kind of frame", vec![0x83, 0x80, 1, 2, 3, 4], CloseCode::Protocol),
            ("an unknown control frame", vec![0x8b, 0x80, 1, 2, 3, 4], CloseCode::Protocol),
        ] {
            for size in [1, 64] {
                assert_eq!(heard(&bytes, size, false), Err(code), "{what}");
            }
        }
        let compressed = with(text(9), |header| header.rsv1 = true);
        assert_eq!(heard(&compressed, 1, true), Ok(vec![]));
    }
}
