//! A value of the page's state that can be watched.

use std::ops::Deref;

use leptos::prelude::*;

/// What `RwSignal` is, with one trigger's code of watching and telling for values of all
/// types: with signals the client would carry that code once for each.
#[derive(Debug)]
pub struct Field<T> {
    value: StoredValue<T>,
    changed: Trigger,
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

impl<T: Send + Sync + 'static> Field<T> {
    /// Lives as long as the current owner.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value: StoredValue::new(value), changed: Trigger::new() }
    }

    /// The value. What reads it so is done anew when it changes.
    #[must_use]
    pub fn read(self) -> impl Deref<Target = T> {
        self.changed.track();
        self.value.read_value()
    }

    /// The value as it is now.
    #[must_use]
    pub fn read_untracked(self) -> impl Deref<Target = T> {
        self.value.read_value()
    }

    /// A copy of what [`read`](Self::read) gives.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.read().clone()
    }

    /// A copy of what [`read_untracked`](Self::read_untracked) gives.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.read_untracked().clone()
    }

    /// Changes it. Nothing may be reading it.
    pub fn set(self, value: T) {
        self.value.set_value(value);
        self.changed.notify();
    }
}
