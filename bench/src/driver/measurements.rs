//! What can be measured, by name.

mod alone;
mod stream;
mod trouble;

use std::{io, time::Duration};

use serde_json::Value;

use crate::{arguments::Arguments, scaling};

/// Between two samples, once and ten times a second.
const SLOW: Duration = Duration::from_millis(1000);
const FAST: Duration = Duration::from_millis(100);
/// Until what happens only at the beginning is over.
const SETTLE: Duration = Duration::from_secs(3);

/// One row of figures or more.
pub(crate) struct Measurement {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) measure: fn(&Arguments) -> io::Result<Value>,
}

const ALL: [Measurement; 11] = [
    Measurement {
        name: "start",
        what: "from starting the program to the first answer and sample",
        measure: alone::start,
    },
    Measurement {
        name: "idle-1hz",
        what: "nobody looks, a sample a second",
        measure: |arguments| alone::idle(arguments, SLOW),
    },
    Measurement {
        name: "idle-10hz",
        what: "nobody looks, ten samples a second",
        measure: |arguments| alone::idle(arguments, FAST),
    },
    Measurement { name: "calls", what: "calls of the driver per sample", measure: alone::calls },
    Measurement { name: "wire", what: "bytes per message at a sample a second", measure: stream::wire },
    Measurement { name: "first", what: "from connecting to the first message", measure: stream::first },
    Measurement {
        name: "viewers",
        what: "1000 plain viewers, ten samples a second",
        measure: |arguments| stream::viewers(arguments, false, 1000, FAST),
    },
    Measurement {
        name: "browsers",
        what: "1000 viewers that ask for what our page asks for, ten samples a second",
        measure: |arguments| stream::viewers(arguments, true, 1000, FAST),
    },
    Measurement {
        name: "crowd",
        what: "10,000 viewers that ask for what our page asks for, a sample a second",
        measure: |arguments| stream::viewers(arguments, true, 10_000, SLOW),
    },
    Measurement {
        name: "trouble",
        what: "100 viewers, one that stops reading and one that reads slowly, ten samples a second",
        measure: trouble::measure,
    },
    Measurement {
        name: "scaling",
        what: "cost against GPUs, processes, viewers and rate",
        measure: scaling::measure,
    },
];

/// Those that are named, all if none is.
///
/// # Errors
/// When there is no such measurement.
pub(crate) fn chosen(names: &[String]) -> io::Result<Vec<&'static Measurement>> {
    if let Some(unknown) = names.iter().find(|name| ALL.iter().all(|one| one.name != **name)) {
        let all = ALL.map(|one| one.name).join(", ");
        return Err(io::Error::other(format!("there is no measurement {unknown}; there are {all}")));
    }
    Ok(ALL.iter().filter(|one| names.is_empty() || names.iter().any(|name| name == one.name)).collect())
}
