//! Compression that is done once for all clients.
//!
//! A browser keeps what it got last as the context of what it gets next (RFC 7692, 7.1.1).
//! All clients that got one message and nothing since have the same context: that message.
//! So the next one, compressed against it, is the same bytes for all of them.

use flate2::{Compress, CompressError, Compression, FlushCompress};

/// What a context can reach back to.
const WINDOW: usize = 32 * 1024;
/// What ends a flush, and is left out of a message (RFC 7692, 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Compresses messages.
#[derive(Debug, Default)]
pub(super) struct Deflater {
    /// Made for the first client that wants it: it takes a quarter of a megabyte.
    compress: Option<Compress>,
}

impl Deflater {
    /// Appends `text` to `to`, compressed for somebody who has seen `context` last.
    pub(super) fn deflate(
        &mut self,
        text: &[u8],
        context: Option<&[u8]>,
        to: &mut Vec<u8>,
    ) -> Result<(), CompressError> {
        let compress = self.compress.get_or_insert_with(|| Compress::new(Compression::best(), false));
        compress.reset();
        if let Some(context) = context {
            compress.set_dictionary(&context[context.len().saturating_sub(WINDOW)..])?;
        }
        let mut read = 0;
        loop {
            to.reserve(1024);
            compress.compress_vec(&text[read..], to, FlushCompress::Sync)?;
            read = usize::try_from(compress.total_in()).unwrap_or(usize::MAX).min(text.len());
            // Room that is left says that all of it has been written.
            if read == text.len() && to.len() < to.capacity() {
                break;
            }
        }
        if to.ends_with(&TAIL) {
            to.truncate(to.len() - TAIL.len());
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use flate2::{Decompress, FlushDecompress};

    use super::*;

    /// As a client inflates.
    pub(in crate::server::feed) fn inflate(inflater: &mut Decompress, message: &[u8]) -> Vec<u8> {
        let mut text = Vec::with_capacity(1 << 20);
        for part in [message, &TAIL] {
            inflater.decompress_vec(part, &mut text, FlushDecompress::Sync).unwrap();
        }
        text
    }

    fn text(number: usize, lines: usize) -> Vec<u8> {
        (0..lines)
            .flat_map(|line| {
                format!("GPU {line} has {} W\n", line * 31 + usize::from(line % 16 == number)).into_bytes()
            })
            .collect()
    }

    #[test]
    fn all_who_got_the_last_one_can_read_the_next() {
        for lines in [0, 1, 400, 20_000] {
            let (mut deflater, mut early, mut late) =
                (Deflater::default(), Decompress::new(false), Decompress::new(false));
            let mut previous: Option<Vec<u8>> = None;
            for number in 0..8 {
                let text = text(number, lines);
                let (mut whole, mut changes) = (Vec::new(), Vec::new());
                deflater.deflate(&text, None, &mut whole).unwrap();
                deflater.deflate(&text, previous.as_deref(), &mut changes).unwrap();
                assert_eq!(inflate(&mut early, &changes), text, "{lines} lines, message {number}");
                match number {
                    0..4 => {}
                    4 => assert_eq!(inflate(&mut late, &whole), text, "from the beginning"),
                    _ => assert_eq!(inflate(&mut late, &changes), text, "as the others"),
                }
                if lines == 400 && number > 0 {
                    assert!(changes.len() * 4 < whole.len(), "{} of {}", changes.len(), whole.len());
                }
                previous = Some(text);
            }
        }
    }
}
