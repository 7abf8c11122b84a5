//! Messages out of whatever pieces the network hands over, without an allocation per message.

use std::{
    hash::{DefaultHasher, Hasher},
    io::{self, Cursor},
};

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

/// The longest header of a frame.
const HEADER: usize = 14;
/// As much of a message as tells when it was made.
const BEGINNING: usize = 64;

/// A whole message or control frame.
#[derive(Debug)]
pub(crate) enum Told<'a> {
    /// Data, of one frame or more.
    Message(Message<'a>),
    /// To be answered with the same bytes.
    Ping(&'a [u8]),
    /// The code, 1005 where there is none.
    Close(u16),
}

/// A message of data.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    /// All of it, or its first bytes only.
    pub(crate) body: &'a [u8],
    pub(crate) compressed: bool,
    /// Bytes on the wire, headers included.
    pub(crate) bytes: u64,
    /// Of the bytes as they came; 0 where the message is not compressed.
    pub(crate) hash: u64,
}

/// Where one viewer is in the stream.
#[derive(Debug)]
pub(crate) struct Frames {
    /// Whether bodies are kept in full, where they are compressed.
    whole: bool,
    header: [u8; HEADER],
    header_length: usize,
    /// The frame that is being read, and how much of it is to come.
    frame: Option<(OpCode, bool)>,
    left: u64,
    compressed: bool,
    /// Of the message so far.
    body: Vec<u8>,
    bytes: u64,
    hasher: DefaultHasher,
    control: Vec<u8>,
}

impl Frames {
    /// At the beginning. `whole`: compressed bodies are kept.
    pub(crate) fn new(whole: bool) -> Self {
        Self {
            whole,
            header: [0; HEADER],
            header_length: 0,
            frame: None,
            left: 0,
            compressed: false,
            body: Vec::new(),
            bytes: 0,
            hasher: DefaultHasher::new(),
            control: Vec::new(),
        }
    }

    /// Reads on, and tells of all that became whole.
    ///
    /// # Errors
    /// When this is no frame, or `tell` fails.
    pub(crate) fn feed(
        &mut self,
        mut bytes: &[u8],
        mut tell: impl FnMut(Told<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        loop {
            let Some((code, last)) = self.frame else {
                if bytes.is_empty() || !self.begin(&mut bytes)? {
                    return Ok(());
                }
                continue;
            };
            let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
            let (now, later) = bytes.split_at(here);
            bytes = later;
            self.left -= here as u64;
            self.keep(code, now);
            if self.left > 0 {
                return Ok(());
            }
            self.frame = None;
            match code {
                OpCode::Control(kind) => {
                    match kind {
                        Control::Ping => tell(Told::Ping(&self.control))?,
                        Control::Close => tell(Told::Close(close_code(&self.control)))?,
                        Control::Pong | Control::Reserved(_) => {}
                    }
                    self.control.clear();
                }
                OpCode::Data(_) if last => {
                    let hash = if self.compressed { self.hasher.finish() } else { 0 };
                    let message =
                        Message { body: &self.body, compressed: self.compressed, bytes: self.bytes, hash };
                    tell(Told::Message(message))?;
                    self.body.clear();
                    self.bytes = 0;
                }
                OpCode::Data(_) => {}
            }
        }
    }

    /// Reads a header; false where it goes on in the next piece.
    fn begin(&mut self, bytes: &mut &[u8]) -> io::Result<bool> {
        let before = self.header_length;
        let taken = (HEADER - before).min(bytes.len());
        for (place, byte) in self.header.iter_mut().skip(before).zip(bytes.iter()) {
            *place = *byte;
        }
        let known = self.header.get(..before + taken).unwrap_or_default();
        let mut cursor = Cursor::new(known);
        let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(io::Error::other)? else {
            self.header_length += taken;
            *bytes = &[];
            return Ok(false);
        };
        let used = usize::try_from(cursor.position()).unwrap_or(HEADER);
        *bytes = bytes.get(used - before..).unwrap_or_default();
        self.header_length = 0;
        if let OpCode::Data(kind) = header.opcode {
            if kind != Data::Continue {
                self.compressed = header.rsv1;
                self.hasher = DefaultHasher::new();
            }
            self.bytes += used as u64 + length;
        }
        self.frame = Some((header.opcode, header.is_final));
        self.left = length;
        Ok(true)
    }

    fn keep(&mut self, code: OpCode, now: &[u8]) {
        if matches!(code, OpCode::Control(_)) {
            self.control.extend_from_slice(now);
            return;
        }
        if self.compressed {
            self.hasher.write(now);
        }
        let room = if self.compressed && self.whole {
            usize::MAX
        } else {
            BEGINNING.saturating_sub(self.body.len())
        };
        self.body.extend_from_slice(now.get(..room.min(now.len())).unwrap_or_default());
    }
}

fn close_code(payload: &[u8]) -> u16 {
    payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that is told of `stream` in pieces of this size.
    fn told(stream: &[u8], size: usize) -> Vec<String> {
        let mut frames = Frames::new(false);
        let mut all = Vec::new();
        for piece in stream.chunks(size) {
            frames
                .feed(piece, |told| {
                    all.push(match told {
                        Told::Message(m) => format!(
                            "{} {} {} {}",
                            String::from_utf8_lossy(m.body),
                            m.compressed,
                            m.bytes,
                            m.hash != 0
                        ),
                        Told::Ping(bytes) => format!("ping {bytes:?}"),
                        Told::Close(code) => format!("close {code}"),
                    });
                    Ok(())
                })
                .unwrap();
        }
        all
    }

    #[test]
    fn pieces_of_any_size_are_the_same_messages() {
        // A text in two frames with a ping in between, one that is compressed, a long
        // one, an empty one, a close.
        let mut stream = b"\x01\x02ab\x89\x01!\x80\x01c\xC1\x02\x01\x02\x81\x7E\x01\x00".to_vec();
        stream.extend([b'x'; 256]);
        stream.extend(b"\x81\x00\x88\x02\x03\xE9");
        let long = format!("{} false 260 false", "x".repeat(64));
        let expected = [
            "ping [33]",
            "abc false 7 false",
            "\u{1}\u{2} true 4 true",
            &long,
            " false 2 false",
            "close 1001",
        ];
        for size in [1, 2, 3, 7, 1000] {
            assert_eq!(told(&stream, size), expected, "{size}");
        }
    }
}
