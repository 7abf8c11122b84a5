//! Children that were killed and did not die: stuck in a driver call.

use std::{
    io,
    path::{Path, PathBuf},
    process::Child,
    sync::{Mutex, PoisonError},
};

static LINGERING: Mutex<Vec<(PathBuf, Child)>> = Mutex::new(Vec::new());

/// Remembers one.
pub(super) fn leave(program: PathBuf, child: Child) {
    tracing::warn!(pid = child.id(), "{} was killed and does not end", program.display());
    LINGERING.lock().unwrap_or_else(PoisonError::into_inner).push((program, child));
}

/// Buries those that have died since. Fails while one of this program has not: a
/// second would only get stuck beside it.
pub(super) fn refuse(program: &Path) -> io::Result<()> {
    let mut lingering = LINGERING.lock().unwrap_or_else(PoisonError::into_inner);
    lingering.retain_mut(|(_, child)| matches!(child.try_wait(), Ok(None)));
    match lingering.iter().find(|(stuck, _)| stuck == program) {
        Some((_, child)) => Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            format!("an earlier one (process {}) hangs in the driver and cannot be ended", child.id()),
        )),
        None => Ok(()),
    }
}
