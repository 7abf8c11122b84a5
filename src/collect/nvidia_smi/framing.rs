//! Where a listing begins and ends in what nvidia-smi prints.

const START: &[u8] = b"<nvidia_smi_log";
const END: &[u8] = b"</nvidia_smi_log>";

/// Listings of `-q -x`: from the root element's first tag to its last. Either stands
/// on a line of its own, or the first behind a prolog, or the last behind a GPU:
/// anywhere else it is the name of a process, say.
pub(super) fn xml() -> impl FnMut(&mut Vec<u8>) -> Option<Vec<u8>> + Send + 'static {
    // How much of the buffer is known to hold no end, where the line begins that
    // this is in, and whether no end can be on it.
    let (mut seen, mut line, mut refused) = (0, 0, false);
    move |buffer| {
        loop {
            if seen > buffer.len() {
                // It grew too long and was cut.
                (seen, line, refused) = (0, 0, false);
            }
            let found = find(&buffer[seen..], END).map(|at| seen + at);
            let until = found.unwrap_or(buffer.len().saturating_sub(END.len()).max(seen));
            if let Some(at) = buffer[seen..until].iter().rposition(|byte| *byte == b'\n') {
                (line, refused) = (seen + at + 1, false);
            }
            seen = until;
            let at = found?;
            seen = at + END.len();
            if refused || !ends(&buffer[line..at]) {
                refused = true;
                continue;
            }
            let mut listing: Vec<u8> = buffer.drain(..seen).collect();
            (seen, line, refused) = (0, 0, false);
            if let Some(start) = last_start(&listing) {
                return Some(listing.split_off(start));
            }
        }
    }
}

/// Whether this is a listing without its end.
pub(super) fn begins(text: &[u8]) -> bool {
    last_start(text).is_some()
}

/// Whether the end is one, by what stands before it on its line.
fn ends(before: &[u8]) -> bool {
    let before = bare(before);
    let behind_gpu = before.trim_ascii_end().ends_with(b"</gpu>") && !before.starts_with(b"<process_name>");
    before.is_empty() || behind_gpu || start(before).is_some()
}

fn last_start(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut last = None;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let blank = line.len() - bare(line).len();
        last = start(bare(line)).map(|start| at + blank + start).or(last);
        at += line.len();
    }
    last
}

/// Where the first tag stands on a line: in front, or behind what stands before a root.
fn start(line: &[u8]) -> Option<usize> {
    let prolog = [&b"<?"[..], b"<!", b"-->"].iter().any(|mark| line.starts_with(mark));
    let at = if prolog { find(line, START)? } else { line.starts_with(START).then_some(0)? };
    let next = line.get(at + START.len())?;
    (*next == b'>' || next.is_ascii_whitespace()).then_some(at)
}

/// Without the blanks, and the mark, that some put in front.
fn bare(line: &[u8]) -> &[u8] {
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii_start()
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
    fn a_listing_may_be_one_line() {
        let one = "<nvidia_smi_log v=\"1\"><gpu>a</gpu></nvidia_smi_log>";
        let torn = "<nvidia_smi_log>\n<gpu>\n<a/></gpu></nvidia_smi_log>";
        let name = "<nvidia_smi_log>\n<process_name>x</gpu></nvidia_smi_log>\n</nvidia_smi_log>";
        let text = format!("\u{feff}<?xml?><!DOCTYPE x>{one}{one}\n{torn}\n\u{feff}{one}\n{name}");
        for piece in [1, 7, 16, 17, 1000] {
            assert_eq!(listings(&text, xml(), piece), [one, one, torn, one, name]);
        }
        assert!(
            begins(b"\n<?xml?>\n<nvidia_smi_log>\n<gpu") && !begins(b"<nvidia_smi_logs>\nx <nvidia_smi_log>")
        );
    }

    #[test]
    fn what_is_no_end_costs_little() {
        // Looking at each of them from the beginning of the line would take hours.
        let text = [vec![b' '; 1 << 20], b"x</nvidia_smi_log>".repeat(100_000), b"\n".to_vec()].concat();
        let mut buffer = text.clone();
        assert_eq!(xml()(&mut buffer), None);
        assert_eq!(buffer, text);
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
