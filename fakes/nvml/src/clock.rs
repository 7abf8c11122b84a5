//! The scenario's time, and NVML's time stamps.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

static START: OnceLock<Instant> = OnceLock::new();

/// Starts the scenario's time, the first time it is called.
pub(crate) fn start() {
    START.get_or_init(Instant::now);
}

/// Seconds since the library was first initialised, successfully or not.
pub(crate) fn seconds() -> f64 {
    START.get().map_or(0.0, |start| start.elapsed().as_secs_f64())
}

/// Microseconds since 1970, which is what NVML stamps samples with.
pub(crate) fn epoch_micros() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_micros()).ok())
        .unwrap_or(0)
}
