//! How a client reads a message: a tree of what JSON knows, from which every type takes
//! what it is made of. What serde derives reads just the same, but is code for every
//! type anew, and was a seventh of the client.
//!
//! Two forms that serde reads as well, and that no server writes, are none here: a
//! structure written as a list, and a word written as an object.

mod name;
mod record;
mod slot;
mod tree;
mod words;

pub(super) use name::{Name, name};
pub(super) use record::{Fields, record};
pub(super) use slot::Slot;
pub(super) use tree::Tree;
pub(super) use words::{Word, place, words};

/// What the text of a message says; `None` where it is not understood.
pub(super) fn read<T: Slot>(text: &str) -> Option<T> {
    let tree = serde_json::from_str::<Tree<'_>>(text).ok()?;
    let mut value = T::blank();
    value.fill(&tree).then_some(value)
}
