//! Structures: values by name.

use std::borrow::Cow;

use super::{Name, Slot, Tree};

/// The values of one structure while they are taken: in any order, but that of the text
/// is the quickest. Of a name that stands twice only one value counts.
#[derive(Debug)]
pub(crate) struct Fields<'t> {
    entries: &'t [(Cow<'t, str>, Tree<'t>)],
    /// Where the next one is likely to be.
    next: usize,
    /// Nothing is missing, and everything is what it should be.
    sound: bool,
}

impl<'t> Fields<'t> {
    /// Those of an object; nothing else has any.
    pub(crate) fn of(tree: &'t Tree<'t>) -> Self {
        let (entries, sound) = match tree {
            Tree::Object(entries) => (entries.as_slice(), true),
            _ => (&[][..], false),
        };
        Self { entries, next: 0, sound }
    }

    /// Takes the value of this name into its slot. The message `may` be silent about it,
    /// or must not, unless the slot is an optional one.
    pub(crate) fn take(&mut self, name: &Name, slot: &mut dyn Slot, may: bool) {
        let fine = match self.find(name) {
            Some(tree) => slot.fill(tree),
            None => may || slot.is_optional(),
        };
        self.sound &= fine;
    }

    fn find(&mut self, name: &Name) -> Option<&'t Tree<'t>> {
        let (before, behind) = self.entries.split_at_checked(self.next)?;
        let (n, (_, tree)) = behind.iter().chain(before).enumerate().find(|(_, (word, _))| name.is(word))?;
        self.next = (self.next + n + 1) % self.entries.len();
        Some(tree)
    }

    /// Whether the whole was read.
    pub(crate) fn are_sound(&self) -> bool {
        self.sound
    }
}

/// Has a structure read from the names of its fields, or from what stands behind `as`, in
/// the order of the wire. What is marked with `or blank` may be missing, as an `Option`
/// may. A field that is not listed does not compile.
macro_rules! record {
    ($type:ident { $( $field:ident $(as $exact:literal)? $(or $blank:ident)? ),+ $(,)? }) => {
        impl $crate::telemetry::wire::Slot for $type {
            fn blank() -> Self {
                Self { $( $field: $crate::telemetry::wire::Slot::blank() ),+ }
            }

            fn fill(&mut self, tree: &$crate::telemetry::wire::Tree<'_>) -> bool {
                let Self { $( $field ),+ } = self;
                let mut fields = $crate::telemetry::wire::Fields::of(tree);
                $(
                    fields.take(
                        &$crate::telemetry::wire::name!($field $($exact)?),
                        $field,
                        $crate::telemetry::wire::record!(@may $($blank)?),
                    );
                )+
                fields.are_sound()
            }
        }
    };
    (@may blank) => { true };
    (@may) => { false };
}
pub(crate) use record;
