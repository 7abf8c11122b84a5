//! What can be filled from a tree, and how numbers, texts and collections are.

use super::{super::SmallMap, Tree, Word};

/// A place for a value. Filled in place and seen through a pointer, so that a record
/// needs but one call for each of its fields.
pub(crate) trait Slot {
    /// The place before anything was read: what counts where a message may be silent.
    fn blank() -> Self
    where
        Self: Sized;

    /// Whether `tree` is such a value; it is here then.
    fn fill(&mut self, tree: &Tree<'_>) -> bool;

    /// Whether a message may always be silent about it.
    fn is_optional(&self) -> bool {
        false
    }
}

/// Stores what was read, if it was.
fn put<T>(slot: &mut T, value: Option<T>) -> bool {
    value.map(|value| *slot = value).is_some()
}

impl Slot for bool {
    fn blank() -> Self {
        false
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        put(self, if let Tree::Bool(value) = tree { Some(*value) } else { None })
    }
}

impl Slot for u64 {
    fn blank() -> Self {
        0
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        put(self, if let Tree::Unsigned(value) = tree { Some(*value) } else { None })
    }
}

impl Slot for u32 {
    fn blank() -> Self {
        0
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        let mut wide = 0_u64;
        wide.fill(tree) && put(self, Self::try_from(wide).ok())
    }
}

impl Slot for f64 {
    fn blank() -> Self {
        0.0
    }

    #[expect(clippy::cast_precision_loss, reason = "the nearest one, as serde takes it")]
    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        *self = match *tree {
            Tree::Unsigned(value) => value as Self,
            Tree::Signed(value) => value as Self,
            Tree::Float(value) => value,
            _ => return false,
        };
        true
    }
}

impl Slot for f32 {
    fn blank() -> Self {
        0.0
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "the nearest one, as serde takes it"
    )]
    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        *self = match *tree {
            Tree::Unsigned(value) => value as Self,
            Tree::Signed(value) => value as Self,
            Tree::Float(value) => value as Self,
            _ => return false,
        };
        true
    }
}

impl Slot for String {
    fn blank() -> Self {
        Self::new()
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        tree.text().map(|text| text.clone_into(self)).is_some()
    }
}

impl<T: Slot> Slot for Option<T> {
    fn blank() -> Self {
        None
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        matches!(tree, Tree::Null) || self.insert(T::blank()).fill(tree)
    }

    fn is_optional(&self) -> bool {
        true
    }
}

impl<T: Slot> Slot for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        (**self).fill(tree)
    }
}

impl<T: Slot, const N: usize> Slot for [T; N] {
    fn blank() -> Self {
        std::array::from_fn(|_| T::blank())
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        tree.list().is_some_and(|items| {
            items.len() == N && self.iter_mut().zip(items).all(|(slot, item)| slot.fill(item))
        })
    }
}

impl<T: Slot> Slot for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        tree.list().is_some_and(|items| items.iter().all(|item| self.push_mut(T::blank()).fill(item)))
    }
}

impl<K: Word + Ord, V: Slot> Slot for SmallMap<K, V> {
    fn blank() -> Self {
        Self::default()
    }

    fn fill(&mut self, tree: &Tree<'_>) -> bool {
        let Tree::Object(entries) = tree else { return false };
        entries.iter().all(|(name, tree)| {
            let (key, mut value) = (K::of(name), V::blank());
            let filled = value.fill(tree);
            filled && key.map(|key| self.insert(key, value)).is_some()
        })
    }
}
