//! A folder with a fake nvidia-smi in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::{NvidiaSmiSource, Source, SourceError},
    telemetry::Gpu,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::built::built;

pub(crate) const PLENTY: Duration = Duration::from_secs(30);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) struct Fake {
    folder: TempDir,
}

fn program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| built("fake-nvidia-smi", "fake-nvidia-smi"))
}

impl Fake {
    pub(crate) fn new(scenario: &Value) -> Self {
        let fake = Self { folder: tempfile::tempdir().unwrap() };
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/nvidia_smi");
        for entry in fs::read_dir(fixtures).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, fake.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
        }
        std::os::unix::fs::symlink(program(), fake.program()).unwrap();
        fake.play(scenario);
        fake
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.path("nvidia-smi")
    }

    /// What it does from now on.
    pub(crate) fn play(&self, scenario: &Value) {
        fs::write(self.path("next.json"), scenario.to_string()).unwrap();
        fs::rename(self.path("next.json"), self.path("scenario.json")).unwrap();
    }

    /// Process ids and arguments of all that were started.
    pub(crate) fn starts(&self) -> Vec<(u32, String)> {
        let log = fs::read_to_string(self.path("starts.log")).unwrap_or_default();
        let start = |line: &str| {
            let (pid, arguments) = line.split_once(' ').unwrap();
            (pid.parse().unwrap(), arguments.to_owned())
        };
        log.lines().map(start).collect()
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

pub(crate) fn is_there(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

pub(crate) fn gone(pid: u32) {
    let start = Instant::now();
    while is_there(pid) {
        assert!(start.elapsed() < PLENTY, "process {pid} lives on");
        thread::sleep(Duration::from_millis(2));
    }
}
