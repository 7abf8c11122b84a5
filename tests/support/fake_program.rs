//! A folder with a fake program in it, and the scenario that it plays.
#![allow(dead_code, reason = "each test crate uses a part of it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::built::built;

pub(crate) const PLENTY: Duration = Duration::from_secs(30);

pub(crate) struct FakeProgram {
    folder: TempDir,
    name: &'static str,
}

impl FakeProgram {
    /// `name`, which is the built fake of this package, and does nothing so far.
    pub(crate) fn new(package: &'static str, name: &'static str) -> Self {
        let fake = Self { folder: tempfile::tempdir().unwrap(), name };
        std::os::unix::fs::symlink(built_once(package), fake.program()).unwrap();
        fake
    }

    /// With copies of all files of a folder in `tests/fixtures`.
    pub(crate) fn with_fixtures(self, folder: &str) -> Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
        for entry in fs::read_dir(fixtures).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, self.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
        }
        self
    }

    /// The folder, for `PATH`.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.path(self.name)
    }

    /// Takes it away, or puts it back.
    pub(crate) fn install(&self, there: bool) {
        let away = self.path("away");
        let (from, to) = if there { (away, self.program()) } else { (self.program(), away) };
        fs::rename(from, to).unwrap();
    }

    /// Kills the newest of its processes.
    pub(crate) fn kill(&self) {
        let pid = i32::try_from(self.starts().last().unwrap().0).unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
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
}

fn built_once(package: &'static str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<&str, PathBuf>> = Mutex::new(BTreeMap::new());
    BUILT.lock().unwrap().entry(package).or_insert_with(|| built(package, package)).clone()
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
