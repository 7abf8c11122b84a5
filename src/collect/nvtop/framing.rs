//! Where a listing begins and ends in what nvtop prints.
//!
//! nvtop prints arrays one behind the other, each from a line `[` to a line `]` with
//! everything in between indented. It prints the names of devices as they come, so
//! that a quote or a bracket in one must not be counted: as long as the lines are
//! indented, the first that begins with `]` is the end. Should it ever print in
//! another layout, on one line or without indentation, brackets outside of strings
//! are counted; a string never goes on beyond its line.

/// What can be said of the layout so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// There has been nothing but `[`.
    Open,
    Indented,
    /// So many brackets are open.
    Counted(i32),
}

/// Takes the first whole listing off what was read, with all that stood before it.
pub(super) fn listings() -> impl FnMut(&mut Vec<u8>) -> Option<Vec<u8>> + Send + 'static {
    // Where the next line begins, and how much of it is known to hold no end.
    let (mut next, mut seen, mut length) = (0, 0, 0);
    let mut listing: Option<(usize, Layout)> = None;
    move |buffer| {
        if buffer.len() < length {
            // It grew too long and was cut.
            (next, seen, listing) = (0, 0, None);
        }
        while let Some(end) = buffer[seen..].iter().position(|byte| *byte == b'\n') {
            let (start, end) = (next, seen + end + 1);
            (next, seen) = (end, end);
            let line = bare(&buffer[start..end]);
            listing = match listing {
                // One that was cut short by an end may stand before it.
                _ if line == b"[" => Some((start, Layout::Open)),
                None if line.starts_with(b"[") => Some((start, Layout::Counted(0))),
                listing => listing,
            };
            let Some((first, layout)) = listing else { continue };
            let layout = if start == first && layout == Layout::Open { layout } else { after(layout, line) };
            listing = Some((first, layout));
            if is_end(layout, line) {
                (next, seen, length, listing) = (0, 0, 0, None);
                let mut bytes: Vec<u8> = buffer.drain(..end).collect();
                return Some(bytes.split_off(first));
            }
            if layout == Layout::Counted(0) {
                // A line of something else that began with a bracket.
                listing = None;
            }
        }
        (seen, length) = (buffer.len(), buffer.len());
        None
    }
}

/// Whether this is a listing without its end.
pub(super) fn begins(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| bare(line).starts_with(b"["))
}

/// Without its end, and without the mark that some put in front of a text.
fn bare(line: &[u8]) -> &[u8] {
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii_end()
}

fn after(layout: Layout, line: &[u8]) -> Layout {
    match layout {
        Layout::Open if line.is_empty() => layout,
        Layout::Open if line.starts_with(b" ") || line.starts_with(b"\t") => Layout::Indented,
        Layout::Open => Layout::Counted((1 + balance(line)).max(0)),
        Layout::Indented => layout,
        Layout::Counted(open) => Layout::Counted((open + balance(line)).max(0)),
    }
}

fn is_end(layout: Layout, line: &[u8]) -> bool {
    match layout {
        Layout::Open => false,
        Layout::Indented => line.starts_with(b"]"),
        Layout::Counted(open) => open == 0 && line.ends_with(b"]"),
    }
}

/// How many more brackets a line opens than it closes, strings left out.
fn balance(line: &[u8]) -> i32 {
    let (mut open, mut quoted, mut escaped) = (0, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => open += 1,
            b']' | b'}' if !quoted => open -= 1,
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All listings, however the bytes arrive.
    fn framed(text: &str) -> Vec<String> {
        let whole = in_pieces(text, usize::MAX);
        for piece in [1, 2, 3, 7, 64] {
            assert_eq!(in_pieces(text, piece), whole, "in pieces of {piece}");
        }
        whole
    }

    fn in_pieces(text: &str, piece: usize) -> Vec<String> {
        let (mut framing, mut buffer, mut found) = (listings(), Vec::new(), Vec::new());
        for bytes in text.as_bytes().chunks(piece) {
            buffer.extend_from_slice(bytes);
            while let Some(listing) = framing(&mut buffer) {
                found.push(String::from_utf8(listing).unwrap());
            }
        }
        found
    }

    #[test]
    fn arrays_stand_one_behind_the_other() {
        let text = "[\n  {\n   \"a\": 1\n  }\n]\n[\n  {\n   \"processes\" : [\n   ]\n  }\n]\n[\n]\n[\n  {\n";
        assert_eq!(
            framed(text),
            ["[\n  {\n   \"a\": 1\n  }\n]\n", "[\n  {\n   \"processes\" : [\n   ]\n  }\n]\n", "[\n]\n"]
        );
    }

    #[test]
    fn quotes_and_brackets_in_names_end_nothing() {
        for name in ["a\"b", "a]\"", "]", "[\"", "\\", "\"}]", "[[["] {
            let listing = format!("[\n  {{\n   \"device_name\": \"{name}\",\n   \"temp\": null\n  }}\n]\n");
            assert_eq!(framed(&listing.repeat(2)), [listing.clone(), listing]);
        }
    }

    #[test]
    fn a_mark_in_front_changes_nothing() {
        assert_eq!(framed("\u{feff}[\n  {\n  }\n]\n"), ["\u{feff}[\n  {\n  }\n]\n"]);
        assert_eq!(super::super::repair::clean("\u{feff}[\n]".as_bytes()), "[\n]");
    }

    #[test]
    fn other_layouts_are_followed_too() {
        for listing in [
            "[{\"a\":\"]\",\"processes\":[{\"pid\":\"1\"}]},{}]\n",
            "[]\n",
            "[{\n\"a\": [\n]\n}]\n",
            "[\n{\n\"processes\": [\n{\n}\n]\n}\n]\n",
            "[\r\n  {\r\n  }\r\n]\r\n",
            "[\n\n\t{}\n]\n",
        ] {
            assert_eq!(framed(&listing.repeat(3)), vec![listing; 3], "{listing}");
        }
    }

    #[test]
    fn half_a_listing_is_dropped_when_the_next_begins() {
        assert_eq!(framed("[\n  {\n   \"cmdline\": \"a\n[\n  {\n  }\n]\n"), ["[\n  {\n  }\n]\n"]);
        assert_eq!(framed("[warn] odd\nNo GPU\n] x\n[\n]\n[\n"), ["[\n]\n"]);
    }

    #[test]
    fn a_buffer_that_was_cut_is_looked_at_anew() {
        let (mut framing, mut buffer) = (listings(), b"[\n  {\n   \"device_name\": \"".to_vec());
        assert_eq!(framing(&mut buffer), None);
        buffer.extend_from_slice(&[b'x'; 100]);
        assert_eq!(framing(&mut buffer), None);
        buffer.drain(..90);
        buffer.extend_from_slice(b"\n[\n]\n");
        assert_eq!(framing(&mut buffer).as_deref(), Some(&b"[\n]\n"[..]));
    }
}
