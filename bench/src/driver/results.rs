//! The figures, kept in a file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

/// All that was measured last, by measurement.
#[derive(Debug)]
pub(crate) struct Results {
    file: PathBuf,
    all: Map<String, Value>,
}

impl Results {
    /// What is in the file; nothing, if it is not there or broken.
    pub(crate) fn read(file: &Path) -> Self {
        let all = fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Self { file: file.to_owned(), all: all.unwrap_or_default() }
    }

    /// Keeps a measurement, with where and when it was made, in the file as well.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn put(&mut self, name: &str, on: &Value, figures: &Value) -> io::Result<()> {
        self.all.insert(name.to_owned(), json!({"on": on, "figures": figures}));
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, serde_json::to_string_pretty(&self.all)?)
    }

    /// The figures of a measurement.
    pub(crate) fn of(&self, name: &str) -> Option<&Value> {
        self.all.get(name)?.get("figures")
    }

    /// Where and when a measurement was made.
    pub(crate) fn on(&self, name: &str) -> Option<&Value> {
        self.all.get(name)?.get("on")
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }
}
