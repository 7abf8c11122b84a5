//! A fake nvtop and the source that reads it.

use std::{
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::{NvtopSource, Source, SourceError},
    telemetry::Gpu,
};
use serde_json::{Value, json};

use crate::fake_program::{FakeProgram, PLENTY};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const TENTH: Duration = Duration::from_millis(100);

/// An nvtop that does as the scenario says.
pub(crate) fn fake(scenario: &Value) -> FakeProgram {
    let fake = FakeProgram::new("fake-nvtop", "nvtop").with_fixtures("nvtop");
    fake.play(scenario);
    fake
}

/// A scenario that plays these listings.
pub(crate) fn listings(names: &[&str]) -> Value {
    json!({ "listings": names })
}

pub(crate) fn with(mut scenario: Value, key: &str, value: Value) -> Value {
    scenario[key] = value;
    scenario
}

pub(crate) fn open(fake: &FakeProgram) -> Result<NvtopSource, SourceError> {
    NvtopSource::open_within(Some(&fake.program()), TENTH, PLENTY)
}

/// Reads until `wanted` holds.
pub(crate) fn until(
    source: &mut NvtopSource,
    mut wanted: impl FnMut(&Result<Vec<Gpu>, SourceError>) -> bool,
) -> Result<Vec<Gpu>, SourceError> {
    let start = Instant::now();
    loop {
        let reading = source.read(Instant::now());
        if wanted(&reading) {
            return reading;
        }
        assert!(start.elapsed() < PLENTY, "never came true: {reading:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The error it comes to.
pub(crate) fn failure(source: &mut NvtopSource) -> SourceError {
    until(source, Result::is_err).unwrap_err()
}
