//! A source that answers for a while and then does not.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::DemoSource;
use crate::{
    collect::{Source, SourceError},
    telemetry::{Event, Gpu, Provider},
};

/// How long it answers,
const ANSWERS: Duration = Duration::from_secs(20);
/// and until when it does not, since the beginning of the round.
const ROUND: Duration = Duration::from_secs(45);

/// Hangs as a driver does: the thread that reads it waits.
#[derive(Debug)]
pub(super) struct Hanging {
    source: DemoSource,
    start: Instant,
}

impl Hanging {
    pub(super) fn new(source: DemoSource) -> Self {
        Self { source, start: Instant::now() }
    }
}

impl Source for Hanging {
    fn provider(&self) -> Provider {
        self.source.provider()
    }

    fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let hang = left(now.saturating_duration_since(self.start));
        thread::sleep(hang);
        self.source.read(now + hang)
    }

    fn events(&mut self) -> Vec<Event> {
        self.source.events()
    }
}

/// How long it goes on hanging, this long after the start.
fn left(passed: Duration) -> Duration {
    let round = ROUND.as_nanos();
    let into = Duration::from_nanos(u64::try_from(passed.as_nanos() % round).unwrap_or_default());
    if into < ANSWERS { Duration::ZERO } else { ROUND.saturating_sub(into) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_hangs_again_and_again() {
        for (passed, hang) in [(0, 0), (19, 0), (20, 25), (44, 1), (45, 0), (64, 0), (66, 24)] {
            assert_eq!(left(Duration::from_secs(passed)), Duration::from_secs(hang), "{passed} s");
        }
    }
}
