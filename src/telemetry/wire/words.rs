//! Words that stand for one of several things.

use super::Name;

/// What is written as one word, and may name the values of a map.
pub(crate) trait Word: Sized {
    /// What `word` stands for.
    fn of(word: &str) -> Option<Self>;
}

impl Word for String {
    fn of(word: &str) -> Option<Self> {
        Some(word.to_owned())
    }
}

/// Which of `names` is `word` on the wire.
pub(crate) fn place(word: &str, names: &[Name]) -> Option<usize> {
    names.iter().position(|name| name.is(word))
}

/// Has an enum read from the names of its variants, or from what stands behind `as`.
/// Any other word becomes the variant behind `else`; the one behind `never` has no word.
/// The first one counts where a message may be silent. A variant that stands nowhere does
/// not compile.
macro_rules! words {
    (
        $type:ident { $( $variant:ident $(as $exact:literal)? ),+ $(,)? }
        $(never $never:ident)? $(else $other:ident)?
    ) => {
        impl $crate::telemetry::wire::Word for $type {
            fn of(word: &str) -> Option<Self> {
                const NAMES: &[$crate::telemetry::wire::Name] =
                    &[$( $crate::telemetry::wire::name!($variant $($exact)?) ),+];
                const VALUES: &[$type] = &[$( $type::$variant ),+];
                // All there are.
                const _: fn($type) = |value| match value {
                    $( $type::$variant )|+ $( | $type::$never )? $( | $type::$other )? => {}
                };
                let place = $crate::telemetry::wire::place(word, NAMES);
                let value = place.and_then(|place| VALUES.get(place).copied());
                $( let value = value.or(Some($type::$other)); )?
                value
            }
        }

        impl $crate::telemetry::wire::Slot for $type {
            fn blank() -> Self {
                let [first, ..] = [$( $type::$variant ),+];
                first
            }

            fn fill(&mut self, tree: &$crate::telemetry::wire::Tree<'_>) -> bool {
                let word = tree.text().and_then($crate::telemetry::wire::Word::of);
                word.map(|word| *self = word).is_some()
            }
        }
    };
}
pub(crate) use words;
