//! A value of the page's state that can be watched.

use std::ops::Deref;

use leptos::prelude::*;

/// What `RwSignal` is, with one trigger's code of watching and telling for values of all
/// types: with signals the client would carry that code once for each.
#[derive(Debug)]
pub struct Field<T>(StoredValue<Watched<T>>);

#[derive(Debug)]
struct Watched<T> {
    value: T,
    changed: ArcTrigger,
}

/// The value, which cannot be changed as long as this lives.
struct Reading<G>(G);

impl<T, G: Deref<Target = Watched<T>>> Deref for Reading<G> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
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
        Self(StoredValue::new(Watched { value, changed: ArcTrigger::new() }))
    }

    /// The value. What reads it so is done anew when it changes.
    #[must_use]
    pub fn read(self) -> impl Deref<Target = T> {
        let reading = self.0.read_value();
        reading.changed.track();
        Reading(reading)
    }

    /// The value as it is now.
    #[must_use]
    pub fn read_untracked(self) -> impl Deref<Target = T> {
        Reading(self.0.read_value())
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
        let mut watched = self.0.write_value();
        watched.value = value;
        let changed = watched.changed.clone();
        drop(watched);
        changed.notify();
    }
}
