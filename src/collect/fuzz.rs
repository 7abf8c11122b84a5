//! The parsers of what programs and the kernel say, each by itself.

pub(crate) use super::{child::Framing, nvidia_smi::fuzz as nvidia_smi, nvtop::fuzz as nvtop};
use super::{
    meminfo,
    processes::{cgroup, entry, text},
    source::SourceError,
};

/// What one of the kernel's files says of a process.
#[derive(Debug)]
pub(crate) struct Process {
    /// The kernel's name for it, and the program's.
    pub(crate) names: [Option<String>; 2],
    pub(crate) command: Option<String>,
    pub(crate) container: Option<String>,
}

/// Reads the same bytes as each of the kernel's files.
pub(crate) fn process(bytes: &[u8]) -> Process {
    let file = String::from_utf8_lossy(bytes);
    let identity = entry::parse(&file);
    let arguments = entry::split(bytes);
    let kernel = identity.map_or_else(|| "kernel".to_owned(), |identity| identity.name);
    let _ = (entry::real_user(&file), text::hides_processes(&file), meminfo::parse(&file));
    Process {
        names: [text::name(&[], &kernel), text::name(&arguments, "kernel")],
        command: text::command(&arguments),
        container: cgroup::container(&file),
    }
}

/// Reason and hint.
pub(crate) fn sentences(error: SourceError) -> [String; 2] {
    [error.reason, error.hint]
}
