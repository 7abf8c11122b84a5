//! Writing to the caller's memory.

use std::ffi::c_char;
use std::ptr;

use crate::codes::{INSUFFICIENT_SIZE, INVALID_ARGUMENT, Outcome};

/// Refuses NULL.
pub(crate) fn check<T>(place: *const T) -> Outcome<()> {
    if place.is_null() { Err(INVALID_ARGUMENT) } else { Ok(()) }
}

/// One place for a value, or several.
pub(crate) trait Places {
    type Values;

    /// # Safety
    ///
    /// Each place is valid for writing.
    unsafe fn fill(self, values: Self::Values);
}

impl<A> Places for *mut A {
    type Values = A;

    unsafe fn fill(self, value: A) {
        // SAFETY: the caller vouches for the place.
        unsafe { self.write(value) }
    }
}

impl<A, B> Places for (*mut A, *mut B) {
    type Values = (A, B);

    unsafe fn fill(self, values: (A, B)) {
        // SAFETY: the caller vouches for both places.
        unsafe { (self.0.write(values.0), self.1.write(values.1)) };
    }
}

impl<A, B, C, D> Places for (*mut A, *mut B, *mut C, *mut D) {
    type Values = (A, B, C, D);

    unsafe fn fill(self, values: (A, B, C, D)) {
        // SAFETY: the caller vouches for all places.
        unsafe { ((self.0, self.1).fill((values.0, values.1)), (self.2, self.3).fill((values.2, values.3))) };
    }
}

/// Writes a NUL-terminated string.
///
/// # Safety
///
/// `buffer` is NULL or valid for writing `length` bytes.
pub(crate) unsafe fn text(buffer: *mut c_char, length: u32, text: &[u8]) -> Outcome<()> {
    check(buffer)?;
    if u32::try_from(text.len()).map_or(true, |size| size >= length) {
        return Err(INSUFFICIENT_SIZE);
    }
    // SAFETY: text and terminator fit, and the caller's buffer cannot overlap ours.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr().cast(), buffer, text.len());
        buffer.add(text.len()).write(0);
    }
    Ok(())
}

/// Writes a list by NVML's count protocol: `count` holds the room on entry and the
/// length on return. Too little room, or none, is `INSUFFICIENT_SIZE` with the length
/// in `count`; an empty list needs no room.
///
/// # Safety
///
/// `count` is NULL or valid for reading and writing, `places` is NULL or valid for
/// writing as many entries as `count` says.
pub(crate) unsafe fn list<T: Copy>(count: *mut u32, places: *mut T, entries: &[T]) -> Outcome<()> {
    check(count)?;
    let length = u32::try_from(entries.len()).map_err(|_| INVALID_ARGUMENT)?;
    // SAFETY: not NULL, hence valid by the caller's word.
    let room = unsafe { count.replace(length) };
    if length == 0 {
        return Ok(());
    }
    if places.is_null() || room < length {
        return Err(INSUFFICIENT_SIZE);
    }
    // SAFETY: there is room, by the caller's word, and the caller's memory cannot
    // overlap ours.
    unsafe { ptr::copy_nonoverlapping(entries.as_ptr(), places, entries.len()) };
    Ok(())
}
