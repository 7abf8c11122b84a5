//! Children that were killed and did not die: stuck in a driver call.

use std::{
    io,
    path::{Path, PathBuf},
    process::Child,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// After this time it is stuck; before, it may only be slow to die.
const STUCK: Duration = Duration::from_secs(1);

static LINGERING: Mutex<Vec<Lingering>> = Mutex::new(Vec::new());

struct Lingering {
    program: PathBuf,
    child: Child,
    killed: Instant,
}

/// Remembers one.
pub(super) fn leave(program: PathBuf, child: Child, killed: Instant) {
    tracing::warn!(pid = child.id(), "{} was killed and does not end", program.display());
    LINGERING.lock().unwrap_or_else(PoisonError::into_inner).push(Lingering { program, child, killed });
}

/// Buries those that have died since. Fails while one of this program has not: a
/// second would only get stuck beside it.
pub(super) fn refuse(program: &Path) -> io::Result<()> {
    let mut lingering = LINGERING.lock().unwrap_or_else(PoisonError::into_inner);
    lingering.retain_mut(|one| matches!(one.child.try_wait(), Ok(None)));
    match lingering.iter().find(|one| one.program == program && one.killed.elapsed() >= STUCK) {
        Some(one) => Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            format!("an earlier one (process {}) hangs in the driver and cannot be ended", one.child.id()),
        )),
        None => Ok(()),
    }
}
