//! A folder of programs for one test, each answering from a scenario of its own.
#![allow(dead_code, reason = "each test crate uses a part of it")]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::built::built;

/// One of the fakes of `fakes/`, under the name of the program that it stands for.
pub(crate) struct Program {
    folder: TempDir,
    name: &'static str,
}

impl Program {
    /// `nvidia-smi` or `nvtop`, with the fixtures made for it beside it.
    pub(crate) fn new(name: &'static str, scenario: &Value) -> Self {
        let program = Self { folder: tempfile::tempdir().unwrap(), name };
        let fixtures = name.replace('-', "_");
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixtures);
        for entry in fs::read_dir(fixtures).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, program.folder().join(path.file_name().unwrap())).unwrap();
        }
        program.play(scenario);
        program.install();
        program
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it does from now on.
    pub(crate) fn play(&self, scenario: &Value) {
        let new = self.folder().join("scenario.new");
        fs::write(&new, scenario.to_string()).unwrap();
        fs::rename(new, self.folder().join("scenario.json")).unwrap();
    }

    /// Writes a file beside it.
    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), text).unwrap();
    }

    /// Puts it where it is found.
    pub(crate) fn install(&self) {
        let package = format!("fake-{}", self.name);
        symlink(built(&package, &package), self.path()).unwrap();
    }

    /// Takes it away.
    pub(crate) fn uninstall(&self) {
        fs::remove_file(self.path()).unwrap();
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder().join(self.name)
    }

    /// Process ids of all that were started, oldest first.
    pub(crate) fn starts(&self) -> Vec<u32> {
        let log = fs::read_to_string(self.folder().join("starts.log")).unwrap_or_default();
        log.lines().filter_map(|line| line.split(' ').next()?.parse().ok()).collect()
    }
}
