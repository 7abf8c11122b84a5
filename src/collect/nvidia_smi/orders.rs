//! What nvidia-smi is asked for.

use std::{path::Path, time::Duration};

use super::{
    columns::Columns,
    watch::{Format, Order},
};

/// Shortest interval of whole listings: each takes a while to make.
pub(super) const WHOLE: Duration = Duration::from_secs(1);
/// How often whole listings add to faster ones what those lack.
const BESIDE: Duration = Duration::from_secs(5);

/// Everything about all GPUs.
pub(super) fn all(program: &Path, interval: Duration) -> Order {
    listing(program, &[], interval)
}

/// Everything about all GPUs, beside faster listings.
pub(super) fn beside(program: &Path) -> Order {
    listing(program, &[], BESIDE)
}

/// Everything about one GPU.
pub(super) fn one(program: &Path, index: u32, interval: Duration) -> Order {
    listing(program, &["-i", &index.to_string()], interval)
}

fn listing(program: &Path, which: &[&str], interval: Duration) -> Order {
    // It takes whole seconds.
    let seconds = interval.max(WHOLE).as_secs();
    let tail = ["-q", "-x", "-l", &seconds.to_string()].map(str::to_owned);
    Order {
        program: program.to_owned(),
        arguments: which.iter().map(ToString::to_string).chain(tail).collect(),
        format: Format::Xml,
        period: Duration::from_secs(seconds),
    }
}

/// What can be had several times a second.
pub(super) fn columns(program: &Path, columns: &Columns, interval: Duration) -> Order {
    Order {
        program: program.to_owned(),
        arguments: vec![
            format!("--query-gpu={}", columns.query()),
            "--format=csv,noheader,nounits".to_owned(),
            "-lms".to_owned(),
            interval.as_millis().to_string(),
        ],
        format: Format::Csv,
        period: interval,
    }
}
