//! How a client reads a message: a tree of what JSON knows, from which every type takes
//! what it is made of. What serde derives reads just the same, but is code for every
//! type anew, and was a seventh of the client.
//!
//! The two differ only where no server goes. Serde alone reads a structure written as a
//! list, a word written as an object, and a message in which a name that nobody knows has
//! a value that cannot be read (`1e999`, half a surrogate): it skips that. Here alone a
//! structure is read in which a name stands twice.

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
