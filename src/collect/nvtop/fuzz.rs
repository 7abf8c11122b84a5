//! The parsers of what nvtop prints, each by itself.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use super::{
    failure::{Failure, no_gpu, said_nothing},
    framing, listing,
    version::Version,
};
use crate::{
    collect::{
        child::{Exit, Framing},
        source::SourceError,
    },
    telemetry::Gpu,
};

/// Versions that are read in different ways.
const VERSIONS: [Version; 3] = [Version(3, 2, 0), Version(3, 3, 0), Version(3, 3, 2)];

/// What each version's listing says, where it is one.
pub(crate) fn listings(listing: &[u8]) -> impl Iterator<Item = Vec<Gpu>> {
    VERSIONS.into_iter().filter_map(|version| listing::parse(listing, version).ok())
}

/// Cuts listings out of what is printed.
pub(crate) fn framing() -> impl Framing {
    framing::listings()
}

/// Whether this is a listing without its end.
pub(crate) fn begins(text: &[u8]) -> bool {
    framing::begins(text)
}

/// What a reader is told of one that ended with this status and these words, and of one
/// that says this where its version is asked for.
pub(crate) fn explained(status: i32, out: &[u8], err: &[u8]) -> [SourceError; 2] {
    let status = ExitStatus::from_raw(status);
    let exit = Exit { status, out: out.to_vec(), err: err.to_vec(), too_long: false };
    let _ = (no_gpu(&exit), said_nothing(&exit), exit.said().lines().find_map(Version::parse));
    let said = exit.said();
    [Failure::ended(exit).explain(), Failure::NoVersion(said).explain()]
}
