//! What changes on the page, in a few types: each type that a view is made of is
//! code that the client must carry.

/// Value that change.
pub(super) type Text = Box<dyn FnMut() -> String + Send>;
/// A class or a word of a fixed set that changes.
pub(super) type Class = Box<dyn FnMut() -> &'static str + Send>;
/// Something that is so, or not.
pub(super) type Flag = Box<dyn FnMut() -> bool + Send>;

pub(super) fn text(read: impl FnMut() -> String + Send + 'static) -> Text {
    Box::new(read)
}

pub(super) fn class(read: impl FnMut() -> &'static str + Send + 'static) -> Class {
    Box::new(read)
}

pub(super) fn flag(read: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(read)
}
