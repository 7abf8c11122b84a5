//! What is done whenever something that it reads has changed.

use leptos::prelude::Effect;

/// Does it soon, and again after each change, for as long as the current owner lives. One
/// type of closure for all: each effect's own would be code for the client to carry. What
/// one has to know of its last run it keeps itself.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
