//! The parsers of what nvidia-smi prints, each by itself.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus, time::Instant};

use super::{columns::Columns, failure::Failure, finish, framing, listing};
use crate::{
    collect::{
        child::{Exit, Framing},
        source::SourceError,
    },
    telemetry::Gpu,
};

/// Reads listings of `-q -x` that came at these times; `None` for what is none.
pub(crate) fn listings() -> impl FnMut(&[u8], Instant) -> Option<Vec<Gpu>> {
    let mut read = listing::reader();
    move |listing, at| read(listing, at).ok()
}

/// Cuts listings of `-q -x` out of what is printed.
pub(crate) fn xml_framing() -> impl Framing {
    framing::xml()
}

/// Cuts listings of `--query-gpu` out of what is printed.
pub(crate) fn csv_framing() -> impl Framing {
    framing::csv
}

/// Whether this is a listing of `-q -x` without its end.
pub(crate) fn begins(text: &[u8]) -> bool {
    framing::begins(text)
}

/// What is asked for where `--help-query-gpu` prints this.
pub(crate) fn query(help: &str) -> Option<String> {
    Columns::of_help(help).map(|columns| columns.query())
}

/// Reads a listing of `--query-gpu`, for a program with this help.
pub(crate) fn rows(help: &str) -> Option<impl Fn(&[u8]) -> Option<Vec<Gpu>> + use<>> {
    super::alone::nvidia_smi_rows(help)
}

/// Gives a GPU without memory of its own the host's, total and available.
pub(crate) fn unify(gpu: &mut Gpu, total: u64, available: u64) {
    finish::unify(gpu, || Some((total, available)));
}

/// What a reader is told of one that ended with this status and these words.
pub(crate) fn explained(status: i32, out: &[u8], err: &[u8]) -> SourceError {
    let status = ExitStatus::from_raw(status);
    let exit = Exit { status, out: out.to_vec(), err: err.to_vec(), too_long: false };
    let failure = Failure::Ended(exit);
    let _ = (failure.handle_refused(), failure.no_gpu(), failure.said_all(), failure.said_nothing());
    failure.told().explain()
}
