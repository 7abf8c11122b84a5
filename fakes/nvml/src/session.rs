//! Whether NVML is initialised: a count of initialisations, as in the real library.

use std::sync::Mutex;

use crate::codes::{Outcome, UNINITIALIZED};
use crate::locked::locked;

struct Session {
    open: u32,
    generation: u16,
}

static SESSION: Mutex<Session> = Mutex::new(Session { open: 0, generation: 0 });

/// One more initialisation. The first one after a full shutdown begins a new
/// generation, which older handles do not belong to.
pub(crate) fn open() {
    let mut session = locked(&SESSION);
    if session.open == 0 {
        session.generation = session.generation.wrapping_add(1);
    }
    session.open += 1;
}

/// One shutdown.
pub(crate) fn close() -> Outcome<()> {
    let mut session = locked(&SESSION);
    session.open = session.open.checked_sub(1).ok_or(UNINITIALIZED)?;
    Ok(())
}

/// Fails unless initialised.
pub(crate) fn check() -> Outcome<()> {
    if locked(&SESSION).open == 0 { Err(UNINITIALIZED) } else { Ok(()) }
}

/// The generation that handles are given out in.
pub(crate) fn generation() -> u16 {
    locked(&SESSION).generation
}
