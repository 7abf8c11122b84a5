//! What the process may open.

use std::io;

use rustix::process::{Resource, getrlimit, setrlimit};

/// As many descriptors as the system lets this process have.
///
/// # Errors
/// When the system refuses.
pub fn raise_descriptors() -> io::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}
