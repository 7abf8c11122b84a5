//! The parsers by themselves, so that they can be measured.

use std::time::Instant;

use super::{columns::Columns, listing};
use crate::telemetry::Gpu;

/// Reads listings of `nvidia-smi -q -x`, one after the other; `None` for what is none.
pub fn nvidia_smi_xml() -> impl FnMut(&[u8]) -> Option<Vec<Gpu>> {
    let mut read = listing::reader();
    move |listing| read(listing, Instant::now()).ok()
}

/// Reads listings of `nvidia-smi --query-gpu`; `None` for what is none. `help` names the
/// columns.
pub fn nvidia_smi_rows(help: &str) -> Option<impl Fn(&[u8]) -> Option<Vec<Gpu>> + use<>> {
    let columns = Columns::of_help(help)?;
    Some(move |listing: &[u8]| {
        let rows = columns.rows(listing).ok()?;
        let gpu = |row| {
            let mut gpu = Gpu::default();
            columns.read(row, &mut gpu);
            gpu
        };
        Some(rows.iter().map(gpu).collect())
    })
}
