//! Lines without tricks: what comes from elsewhere may hold anything.

use std::{
    borrow::Cow,
    fmt::{self, Write},
    io,
};

use tracing_subscriber::{
    field::MakeExt,
    fmt::{
        FormatFields, MakeWriter,
        format::{self, Writer},
    },
};

/// Whether a terminal or a viewer would do something else than show it: controls, what turns a
/// line around, what ends one, and what takes no room.
const fn is_trick(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Fields of a line of text: the message as it is, others as `name=value`, and all without tricks.
pub(super) fn fields() -> impl for<'a> FormatFields<'a> + Send + Sync + 'static {
    format::debug_fn(|writer: &mut Writer<'_>, field, value| {
        if field.name() != "message" {
            write!(writer, "{}=", field.name())?;
        }
        write!(Plain(writer), "{value:?}")
    })
    .delimited(" ")
}

/// Writes tricks as what they are: `\u{1b}`.
struct Plain<'a, 'w>(&'a mut Writer<'w>);

impl Write for Plain<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if is_trick(c) {
                write!(self.0, "{}", c.escape_default())?;
            } else {
                self.0.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Escapes what JSON does not have to: all of it stands within strings there.
#[derive(Debug)]
pub(super) struct Escaping<W>(W);

impl<W> Escaping<W> {
    pub(super) const fn over(writer: W) -> Self {
        Self(writer)
    }
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Escaping<W> {
    type Writer = Escaped<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Escaped(self.0.make_writer())
    }
}

/// A writer that gets whole lines.
pub(super) struct Escaped<W>(W);

impl<W: io::Write> io::Write for Escaped<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(escaped(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A line of JSON.
fn escaped(line: &str) -> Cow<'_, str> {
    let trick = |c: char| c != '\n' && is_trick(c);
    if !line.contains(trick) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 32);
    for c in line.chars() {
        if trick(c) {
            // As JSON has it: in halves, where it takes more than 16 bits.
            for half in c.encode_utf16(&mut [0; 2]) {
                // A string takes all that is written.
                let _ = write!(out, "\\u{half:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}
