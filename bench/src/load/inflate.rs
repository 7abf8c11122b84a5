//! The inside of compressed messages, as a browser reads it: one context for the stream.

use flate2::{Decompress, FlushDecompress, Status};

/// What a sender leaves out at the end of each message (RFC 7692, 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// A message that grows beyond this is not one of ours.
const LONGEST: usize = 64 << 20;

/// Reads one viewer's compressed messages.
#[derive(Debug)]
pub(crate) struct Inflater {
    state: Decompress,
    no_context: bool,
    text: Vec<u8>,
}

impl Inflater {
    /// At the beginning of a connection.
    pub(crate) fn new(no_context: bool) -> Self {
        Self { state: Decompress::new(false), no_context, text: Vec::with_capacity(64 << 10) }
    }

    /// The message. `None` where it cannot be read.
    pub(crate) fn inflate(&mut self, body: &[u8]) -> Option<&[u8]> {
        if self.no_context {
            self.state.reset(false);
        }
        self.text.clear();
        for mut part in [body, &TAIL] {
            while !part.is_empty() {
                if self.text.len() == self.text.capacity() {
                    self.text.reserve(self.text.capacity());
                }
                let (read, written) = (self.state.total_in(), self.state.total_out());
                let status = self.state.decompress_vec(part, &mut self.text, FlushDecompress::Sync).ok()?;
                let used = usize::try_from(self.state.total_in() - read).ok()?;
                part = part.get(used..)?;
                let stuck = used == 0 && self.state.total_out() == written;
                if status == Status::StreamEnd {
                    // The sender ended its stream (BFINAL); the next message begins anew.
                    self.state.reset(false);
                    return Some(&self.text);
                }
                if (stuck && self.text.len() < self.text.capacity()) || self.text.len() > LONGEST {
                    return None;
                }
            }
        }
        Some(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    #[test]
    fn messages_that_lean_on_those_before_are_read() {
        let mut sender = Compress::new(Compression::fast(), false);
        let mut reader = Inflater::new(false);
        for n in 0..3 {
            let text = format!("{n}{}", "the same again and again ".repeat(9000));
            let mut body = Vec::with_capacity(1 << 20);
            sender.compress_vec(text.as_bytes(), &mut body, FlushCompress::Sync).unwrap();
            assert!(body.ends_with(&TAIL));
            body.truncate(body.len() - 4);
            assert_eq!(reader.inflate(&body).unwrap(), text.as_bytes());
        }
        assert!(reader.inflate(&[0xff; 9]).is_none());
    }
}
