//! Lists that change as a whole: one kind of item, one kind of note and one kind of
//! bar for all of them.

use super::piece::{Live, Piece, live};

/// What holds others, and lays them out as if it were not there.
pub(super) fn through() -> Piece {
    Piece::new("div").with("class", "through")
}

/// An item of a list: up to four texts, and a bar or a swatch before the third.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub(super) class: &'static str,
    pub(super) testid: &'static str,
    pub(super) title: Option<String>,
    pub(super) key: String,
    pub(super) name: String,
    /// Class and SVG length of what is full; `None` where there is no bar.
    pub(super) bar: Option<(&'static str, String)>,
    pub(super) figure: String,
    pub(super) more: String,
}

/// `holder` with the items that `read` gives.
pub(super) fn items(holder: Piece, read: impl Fn() -> Vec<Item> + Send + 'static) -> Live {
    live(move || holder.clone().holding(read().into_iter().map(item)))
}

fn item(item: Item) -> Piece {
    let part = |class, text: String| {
        (!text.is_empty()).then(|| Piece::new("span").with("class", class).saying(text))
    };
    let bar = item.bar.map(|(class, length)| {
        let full = Piece::svg("rect")
            .with("class", class)
            .with("width", length)
            .with("height", "100%")
            .with("fill", "url(#paint-memory)");
        Piece::svg("svg").with("class", "bar").with("aria-hidden", "true").holding([full])
    });
    let parts = [
        part("key", item.key),
        part("name", item.name),
        bar,
        part("figure", item.figure),
        part("more", item.more),
    ];
    Piece::new("li")
        .with("class", item.class)
        .with("data-testid", item.testid)
        .with("title", item.title.unwrap_or_default())
        .holding(parts.into_iter().flatten())
}

/// A sentence or two; what stands between backticks is set as code.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Note {
    pub(super) class: &'static str,
    pub(super) role: &'static str,
    pub(super) testid: &'static str,
    pub(super) words: String,
}

/// `holder` with the notes that `read` gives.
pub(super) fn notes(holder: Piece, read: impl Fn() -> Vec<Note> + Send + 'static) -> Live {
    live(move || holder.clone().holding(read().iter().map(note)))
}

fn note(note: &Note) -> Piece {
    let parts =
        note.words.split('`').enumerate().map(|(n, part)| {
            Piece::new("span").with("class", if n % 2 == 0 { "" } else { "code" }).saying(part)
        });
    Piece::new("p")
        .with("class", note.class)
        .with("role", note.role)
        .with("data-testid", note.testid)
        .holding(parts)
}

/// A rectangle of a chart; places and sizes are SVG lengths.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    /// Overruled by a colour of the class.
    pub(super) fill: &'static str,
    pub(super) title: String,
}

/// `holder` with the bars that `read` gives.
pub(super) fn bars(holder: Piece, read: impl Fn() -> Vec<Bar> + Send + 'static) -> Live {
    live(move || holder.clone().holding(read().into_iter().map(bar)))
}

fn bar(bar: Bar) -> Piece {
    Piece::svg("rect")
        .with("class", bar.class)
        .with("x", bar.x)
        .with("y", bar.y)
        .with("width", bar.width)
        .with("height", bar.height)
        .with("fill", bar.fill)
        .holding([Piece::svg("title").saying(bar.title)])
}
