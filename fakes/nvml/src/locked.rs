//! Locking that survives a panicked thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whatever became of the last holder: nothing here is left half changed,
/// and a panic must never reach the C caller.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
