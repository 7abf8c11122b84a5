//! How often each NVML function was called, for tests that bound the cost of a tick.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char};
use std::sync::Mutex;

use crate::locked::locked;

static CALLS: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());

/// Counts one call.
pub(crate) fn count(name: &'static str) {
    *locked(&CALLS).entry(name).or_default() += 1;
}

/// The calls of one function so far, or of all when `name` is NULL.
///
/// Not part of NVML. Loaded from the copy of the library that the code under test
/// loaded, it tells what that code cost.
#[unsafe(no_mangle)]
unsafe extern "C" fn fake_nvml_calls(name: *const c_char) -> u64 {
    let calls = locked(&CALLS);
    if name.is_null() {
        return calls.values().sum();
    }
    // SAFETY: not NULL, and the caller passes a NUL-terminated string.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str().ok().and_then(|name| calls.get(name)).copied().unwrap_or(0)
}
