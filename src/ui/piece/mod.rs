//! A part of the page as data. What changes as a whole is written as such: one type for
//! all of it is less code for the client to carry than a type for each, and work only where
//! it differs from what it was.

#[cfg(feature = "ssr")]
mod html;
mod render;
mod standing;

/// A browser writes no HTML.
#[cfg(not(feature = "ssr"))]
mod html {
    impl super::Piece {
        #[expect(clippy::unused_self, reason = "the server writes it")]
        pub(super) fn write(&self, _: &mut str) {}
    }
}

use std::borrow::Cow;

/// An element: what it says, and behind that the elements within it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    tag: &'static str,
    /// It belongs to a drawing.
    drawn: bool,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    text: String,
    parts: Vec<Self>,
}

/// A piece that is written anew each time something that it reads has changed.
pub(super) type Live = Box<dyn FnMut() -> Piece + Send>;

/// The piece that `read` gives. Of values several of which change together all belong into
/// one: each is work at every sample.
pub(super) fn live(read: impl FnMut() -> Piece + Send + 'static) -> Live {
    Box::new(read)
}

impl Piece {
    /// An element of HTML, with nothing in it.
    pub(super) fn new(tag: &'static str) -> Self {
        Self { tag, ..Self::default() }
    }

    /// An element of SVG.
    pub(super) fn svg(tag: &'static str) -> Self {
        Self { tag, drawn: true, ..Self::default() }
    }

    /// With this attribute; one that is empty is left out.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.put(name, value.into());
        self
    }

    /// Whether it is out of sight.
    pub(super) fn hidden(mut self, hidden: bool) -> Self {
        if hidden {
            self.attributes.push(("hidden", Cow::Borrowed("")));
        }
        self
    }

    /// With this text before all else in it.
    pub(super) fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// With this in it.
    pub(super) fn holding(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.parts.extend(parts);
        self
    }

    // Not a part of `with`, of which there is one for each type of value.
    fn put(&mut self, name: &'static str, value: Cow<'static, str>) {
        if !value.is_empty() {
            self.attributes.push((name, value));
        }
    }
}

#[cfg(test)]
mod tests;
