//! Whether this process sees the whole machine or lives in a box on it.

use std::{fs, path::Path};

/// The kernel's fixed number of the first PID namespace, the host's.
const HOST_PID_NAMESPACE: &str = "pid:[4026531836]";

/// Whether this is a container, as far as its engine leaves a mark.
pub(super) fn is_one() -> bool {
    ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists()) || !has_host_pids()
}

/// Whether PIDs mean here what they mean on the host.
pub(super) fn has_host_pids() -> bool {
    // Where there are no namespaces to read there is also nothing to be told apart.
    fs::read_link("/proc/self/ns/pid").is_ok_and(|namespace| namespace == Path::new(HOST_PID_NAMESPACE))
        || !Path::new("/proc/self/ns/pid").is_symlink()
}
