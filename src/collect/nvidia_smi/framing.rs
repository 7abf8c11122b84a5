//! Where a listing begins and ends in what nvidia-smi prints.

const START: &[u8] = b"<nvidia_smi_log>";
const END: &[u8] = b"</nvidia_smi_log>";

/// Listings of `-q -x`: from the root element's first tag to its last, each on a
/// line of its own.
pub(super) fn xml() -> impl FnMut(&mut Vec<u8>) -> Option<Vec<u8>> + Send + 'static {
    // How much of the buffer is known to hold no end.
    let mut seen = 0;
    move |buffer| {
        loop {
            seen = if seen > buffer.len() { 0 } else { seen };
            let Some(at) = find(&buffer[seen..], END) else {
                seen = buffer.len().saturating_sub(END.len());
                return None;
            };
            let end = seen + at + END.len();
            if !begins_line(buffer, seen + at) {
                // The name of a process, say.
                seen = end;
                continue;
            }
            seen = 0;
            let mut listing: Vec<u8> = buffer.drain(..end).collect();
            if let Some(start) = last_start(&listing) {
                return Some(listing.split_off(start));
            }
        }
    }
}

fn last_start(listing: &[u8]) -> Option<usize> {
    let mut starts = listing.windows(START.len()).enumerate().rev().filter(|(_, at)| *at == START);
    starts.find(|(at, _)| begins_line(listing, *at)).map(|(at, _)| at)
}

fn begins_line(text: &[u8], at: usize) -> bool {
    text[..at]
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
        .is_none_or(|byte| *byte == b'\n')
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|at| at == wanted)
}

/// Listings of `--query-gpu=index,count,…`: as many rows as there are GPUs, or as
/// there are before the index begins anew, since a GPU in trouble may be left out.
pub(super) fn csv(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let (mut rows, mut wanted, mut last) = (0, None, None);
    let mut start = 0;
    for line in buffer.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") {
            return None;
        }
        let end = start + line.len();
        if let Some((index, count)) = row(line) {
            if last.is_some_and(|last| index <= last) {
                return Some(buffer.drain(..start).collect());
            }
            last = Some(index);
            wanted = wanted.or(count);
            rows += 1;
            if Some(rows) == wanted {
                return Some(buffer.drain(..end).collect());
            }
        }
        start = end;
    }
    None
}

/// Index and count of a row; `None` for a line that is none.
pub(super) fn row(line: &[u8]) -> Option<(u32, Option<u32>)> {
    // Some wrappers put a byte order mark in front.
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let mut cells =
        line.split(|byte| *byte == b',').map(|cell| str::from_utf8(cell).unwrap_or_default().trim());
    let index = cells.next()?.parse().ok()?;
    let count = cells.next()?;
    Some((index, count.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All listings, however the bytes arrive.
    fn listings(
        text: &str,
        mut framing: impl FnMut(&mut Vec<u8>) -> Option<Vec<u8>>,
        piece: usize,
    ) -> Vec<String> {
        let (mut buffer, mut found) = (Vec::new(), Vec::new());
        for bytes in text.as_bytes().chunks(piece) {
            buffer.extend_from_slice(bytes);
            while let Some(listing) = framing(&mut buffer) {
                found.push(String::from_utf8(listing).unwrap());
            }
        }
        found
    }

    #[test]
    fn xml_listings_are_cut_at_their_root() {
        let text = "WARNING\n<?xml?>\n<nvidia_smi_log>\n\ta</nvidia_smi_log> x\n</nvidia_smi_log>\n\
            <nvidia_smi_log>\ncut <nvidia_smi_log>\n<nvidia_smi_log>\n\tb\n</nvidia_smi_log>\r\n<?xml?>\n<nvidia_smi_log>\n";
        for piece in [1, 7, 16, 17, 1000] {
            assert_eq!(
                listings(text, xml(), piece),
                [
                    "<nvidia_smi_log>\n\ta</nvidia_smi_log> x\n</nvidia_smi_log>",
                    "<nvidia_smi_log>\n\tb\n</nvidia_smi_log>"
                ]
            );
        }
    }

    #[test]
    fn csv_listings_have_a_row_for_each_gpu() {
        for piece in [1, 5, 1000] {
            assert_eq!(
                listings("index, count\n0, 2, a\n1, 2, b\n0, 2, c\nnoise\n1, 2, d\n0, 2", csv, piece),
                ["index, count\n0, 2, a\n1, 2, b\n", "0, 2, c\nnoise\n1, 2, d\n"]
            );
        }
    }

    #[test]
    fn a_gpu_may_be_left_out_and_the_count_unreadable() {
        assert_eq!(listings("0, 2, a\n0, 2, b\n0", csv, 3), ["0, 2, a\n"]);
        assert_eq!(
            listings("0, [N/A], a\n1, [N/A], b\n0, [N/A], c\n", csv, 3),
            ["0, [N/A], a\n1, [N/A], b\n"]
        );
    }
}
