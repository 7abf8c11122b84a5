//! What changes on the page and what a reader does to it, in a few types: each type that
//! a view is made of is code that the client must carry.

use leptos::{
    ev::{Event, MouseEvent},
    prelude::event_target_value,
};

/// Value that change.
pub(super) type Text = Box<dyn FnMut() -> String + Send>;
/// A class or a word of a fixed set that changes.
pub(super) type Class = Box<dyn FnMut() -> &'static str + Send>;
/// Something that is so, or not.
pub(super) type Flag = Box<dyn FnMut() -> bool + Send>;

/// What a click does.
pub(super) type Click = Box<dyn FnMut(MouseEvent)>;
/// What is done with what a field holds.
pub(super) type Input = Box<dyn FnMut(Event)>;

pub(super) fn text(read: impl FnMut() -> String + Send + 'static) -> Text {
    Box::new(read)
}

pub(super) fn class(read: impl FnMut() -> &'static str + Send + 'static) -> Class {
    Box::new(read)
}

pub(super) fn flag(read: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(read)
}

pub(super) fn click(mut act: impl FnMut() + 'static) -> Click {
    Box::new(move |_| act())
}

pub(super) fn input(mut take: impl FnMut(String) + 'static) -> Input {
    Box::new(move |event| take(event_target_value(&event)))
}
