//! The columns of `--query-gpu` that this nvidia-smi knows, and what is in them.

use std::collections::BTreeSet;

use super::{
    Malformed, finish, limiters, text,
    values::{self, Value},
};
use crate::telemetry::{Gpu, Metric};

/// One unknown name fails the whole query: nothing is asked for that the help does
/// not list.
#[derive(Debug)]
pub(super) struct Columns(Vec<(&'static str, Content)>);

#[derive(Clone, Copy)]
enum Content {
    Index,
    Count,
    Value(&'static Value),
    Driver,
    Limiters,
    EccCorrected,
    EccUncorrected,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content")
    }
}

/// Besides those in [`values::ALL`]. Index and count come first, where no text with
/// a comma in it can move them.
const FIRST: [(&[&str], Content); 2] = [(&["index"], Content::Index), (&["count"], Content::Count)];
const LAST: [(&[&str], Content); 5] = [
    (&["driver_version", "kmd_version"], Content::Driver),
    (&["power.draw"], Content::Value(&values::POWER_USAGE)),
    (&["clocks_event_reasons.active", "clocks_throttle_reasons.active"], Content::Limiters),
    (&["ecc.errors.corrected.volatile.total"], Content::EccCorrected),
    (&["ecc.errors.uncorrected.volatile.total"], Content::EccUncorrected),
];

/// One GPU in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row(Vec<String>);

impl Columns {
    /// From what `--help-query-gpu` prints; `None` if that names no GPU's identity.
    pub(super) fn of_help(help: &str) -> Option<Self> {
        let known = names(help);
        let values = values::ALL.iter().map(|value| (value.csv, Content::Value(value)));
        let columns: Vec<_> = FIRST
            .into_iter()
            .chain(values)
            .chain(LAST)
            .filter_map(|(names, content)| {
                names.iter().find(|name| known.contains(**name)).map(|name| (*name, content))
            })
            .collect();
        let has = |name| columns.iter().any(|(column, _)| *column == name);
        (has("index") && has("count") && has("uuid")).then_some(Self(columns))
    }

    /// For `--query-gpu=`.
    pub(super) fn query(&self) -> String {
        self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",")
    }

    /// The rows of a listing.
    pub(super) fn rows(&self, listing: &[u8]) -> Result<Vec<Row>, Malformed> {
        let text = String::from_utf8_lossy(listing);
        let rows = text.lines().filter(|line| super::framing::row(line.as_bytes()).is_some());
        rows.map(|line| {
            let cells: Vec<_> =
                line.trim_start_matches('\u{feff}').split(',').map(|cell| cell.trim().to_owned()).collect();
            if cells.len() == self.0.len() {
                Ok(Row(cells))
            } else {
                Err(Malformed("has another number of columns than was asked for"))
            }
        })
        .collect()
    }

    /// Reads a row over what is known of its GPU from elsewhere.
    pub(super) fn read(&self, row: &Row, gpu: &mut Gpu) {
        let mut trouble = None;
        for ((_, content), cell) in self.0.iter().zip(&row.0) {
            trouble = trouble.or_else(|| text::trouble(cell));
            let count = || text::whole(cell, text::NONE);
            match content {
                Content::Index => {
                    if let Some(index) = count().ok().and_then(|index| u32::try_from(index).ok()) {
                        gpu.id = index;
                    }
                }
                Content::Count => {}
                Content::Value(value) => value.store(gpu, Ok(cell)),
                Content::Driver => {
                    gpu.set(Metric::DriverVersion, |gpu| &mut gpu.driver_version, text::words(cell));
                }
                Content::Limiters => {
                    gpu.set(Metric::Limiters, |gpu| &mut gpu.limiters, limiters::masked(cell));
                }
                Content::EccCorrected => {
                    gpu.set(Metric::EccCorrected, |gpu| &mut gpu.ecc_corrected, count());
                }
                Content::EccUncorrected => {
                    gpu.set(Metric::EccUncorrected, |gpu| &mut gpu.ecc_uncorrected, count());
                }
            }
        }
        finish::finish(gpu, trouble);
    }

    /// What a column holds in a row.
    pub(super) fn cell<'a>(&self, row: &'a Row, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(column, _)| *column == name)?;
        row.0.get(at).map(String::as_str)
    }
}

/// The help has a line for each field: `"name"` or `"name" or "other name"`.
fn names(help: &str) -> BTreeSet<&str> {
    let fields = help.lines().map(str::trim).filter(|line| line.starts_with('"'));
    fields.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "List of valid properties to query for the switch \"--query-gpu\":\n\n\"count\"\n\
        The number of \"GPUs\".\n\n\"name\" or \"gpu_name\"\nThe name.\n\n\"index\"\nX\n\"uuid\" or \"gpu_uuid\"\n\
        \"utilization.gpu\"\n\"clocks_throttle_reasons.active\"\n\"clocks.gr\"\n\"clocks.sm\" or \"clocks.current.sm\"\n";

    #[test]
    fn only_known_fields_are_asked_for_by_a_name_that_is_known() {
        let columns = Columns::of_help(HELP).unwrap();
        assert_eq!(
            columns.query(),
            "index,count,name,uuid,utilization.gpu,clocks.gr,clocks.current.sm,clocks_throttle_reasons.active"
        );
        assert!(Columns::of_help("nvidia-smi: unknown option").is_none());
    }

    #[test]
    fn a_row_is_read_over_what_is_known() {
        let columns = Columns::of_help(HELP).unwrap();
        let rows = columns
            .rows(b"index, count\n3, 4, NVIDIA X, GPU-1, 7, 210, [N/A], 0x0000000000000001\n")
            .unwrap();
        assert_eq!(rows.len(), 1, "a heading is no row");
        let mut gpu = Gpu { cuda_version: Some(13_000), clock_sm: Some(9), ..Gpu::default() };
        columns.read(&rows[0], &mut gpu);
        assert_eq!(
            (gpu.id, gpu.utilization, gpu.clock_graphics, gpu.clock_sm),
            (3, Some(7), Some(210), None)
        );
        assert_eq!(gpu.cuda_version, Some(13_000));
        assert_eq!(columns.cell(&rows[0], "uuid"), Some("GPU-1"));
        assert!(columns.rows(b"3, 4, NVIDIA X\n").is_err());
    }
}
