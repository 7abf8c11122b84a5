//! A folder with a fake nvidia-smi in it.

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::{NvidiaSmiSource, Source, SourceError},
    telemetry::{Gpu, Metric},
};
use serde_json::{Value, json};

use crate::fake_program::FakeProgram;
pub(crate) use crate::fake_program::{PLENTY, gone, is_there};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) struct Fake(FakeProgram);

impl Fake {
    pub(crate) fn new(scenario: &Value) -> Self {
        let fake = FakeProgram::new("fake-nvidia-smi", "nvidia-smi").with_fixtures("nvidia_smi");
        fake.play(scenario);
        Self(fake)
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.0.program()
    }

    /// What it does from now on.
    pub(crate) fn play(&self, scenario: &Value) {
        self.0.play(scenario);
    }

    /// Process ids and arguments of all that were started.
    pub(crate) fn starts(&self) -> Vec<(u32, String)> {
        self.0.starts()
    }

    pub(crate) fn open(&self, interval: Duration) -> Result<NvidiaSmiSource, SourceError> {
        NvidiaSmiSource::open_within(Some(&self.program()), interval, PLENTY)
    }

    pub(crate) fn opened(&self) -> NvidiaSmiSource {
        self.open(SECOND).unwrap()
    }
}

/// A scenario that plays these listings.
pub(crate) fn listings(names: &[&str]) -> Value {
    json!({ "listings": names })
}

pub(crate) fn with(mut scenario: Value, key: &str, value: Value) -> Value {
    scenario[key] = value;
    scenario
}

/// What does not depend on when it was read: a share takes two listings.
pub(crate) fn lasting(gpus: &[Gpu]) -> Vec<Gpu> {
    let mut gpus = gpus.to_vec();
    for gpu in &mut gpus {
        gpu.limiter_shares = None;
        gpu.unavailable.remove(&Metric::LimiterShares);
    }
    gpus
}

/// Reads until `wanted` holds.
pub(crate) fn until(
    source: &mut NvidiaSmiSource,
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
pub(crate) fn failure(source: &mut NvidiaSmiSource) -> SourceError {
    until(source, Result::is_err).unwrap_err()
}
