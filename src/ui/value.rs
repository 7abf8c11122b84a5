//! A value on the page.

use super::{
    piece::{Live, Piece, live},
    shown::Shown,
};

/// A number with its unit in small, or words, or a dash that says why.
pub(super) fn value(testid: &'static str, shown: Shown) -> Piece {
    let class = shown.class();
    let unit = Some(shown.unit).filter(|unit| !unit.is_empty());
    Piece::new("span")
        .with("class", class)
        .with("title", shown.note.unwrap_or_default())
        .with("data-testid", testid)
        .saying(shown.text)
        .holding(unit.map(|unit| Piece::new("small").saying(unit)))
}

/// A value in a table.
pub(super) fn cell(class: &'static str, testid: &'static str, shown: Shown) -> Piece {
    Piece::new("td").with("class", class).holding([value(testid, shown)])
}

/// The value that `read` gives, each time something that it reads has changed.
pub(super) fn live_value(testid: &'static str, read: impl Fn() -> Shown + Send + 'static) -> Live {
    live(move || value(testid, read()))
}
