//! Tries every telemetry source once, for a report to the operator.

use std::time::{Duration, Instant};

use super::{DemoSettings, SourceError, container, openers::openers, worker::Worker};
use crate::telemetry::{Gpu, Provider};

/// How long a source may take: the driver may have to start the GPUs first.
const PATIENCE: Duration = Duration::from_secs(20);

/// What trying a source gave.
#[derive(Debug)]
pub struct Finding {
    /// The source.
    pub provider: Provider,
    /// Its GPUs, or why there are none.
    pub gpus: Result<Vec<Gpu>, SourceError>,
}

/// Opens and reads `wanted`, or each source that would be tried, one after the other.
#[must_use]
pub fn probe(wanted: Option<Provider>, demo: DemoSettings, interval: Duration) -> Vec<Finding> {
    let all = openers(wanted, demo, interval);
    all.into_iter()
        .map(|opener| {
            let gpus = match Worker::start(opener.provider.id(), opener.open) {
                Ok(mut worker) => {
                    let now = Instant::now();
                    worker.ask(now);
                    let silent = || {
                        SourceError::new(
                            format!("No answer within {} s", PATIENCE.as_secs()),
                            "A call into the driver hangs; see `dmesg`.",
                        )
                    };
                    worker.answer(now + PATIENCE).map_or_else(|| Err(silent()), |answer| answer.gpus)
                }
                Err(error) => Err(SourceError::new(format!("There is no thread to read it on: {error}"), "")),
            };
            Finding { provider: opener.provider, gpus }
        })
        .collect()
}

/// What limits this process's view of the machine, and what to do about it.
#[must_use]
pub fn surroundings() -> Vec<&'static str> {
    let mut hints = Vec::new();
    if container::is_one() {
        hints.push("This is a container: it sees GPUs only if started with `--gpus all`.");
    }
    if !container::has_host_pids() {
        hints.push("It has PIDs of its own: processes stay nameless unless it is started with `--pid=host`.");
    }
    hints
}
