//! What the fake does.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process, thread,
    time::Duration,
};

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) listings: Vec<String>,
    pub(crate) rows: Option<String>,
    pub(crate) known: Option<Vec<String>>,
    pub(crate) delay_ms: u64,
    pub(crate) hang_after: Option<u64>,
    pub(crate) end_after: Option<u64>,
    pub(crate) say: Option<String>,
    pub(crate) complain: Option<String>,
    pub(crate) code: Option<i32>,
    pub(crate) garbage: Option<String>,
    pub(crate) truncate: Option<usize>,
    pub(crate) bad: BTreeMap<usize, Last>,
    pub(crate) once: bool,
    pub(crate) helpless: bool,
}

/// Last words and exit code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Last {
    pub(crate) say: String,
    pub(crate) code: i32,
}

/// The folder of the program's name, links not followed.
pub(crate) fn home() -> PathBuf {
    let name = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    name.parent().map(Path::to_owned).unwrap_or_default()
}

pub(crate) fn file(name: &str) -> String {
    let path = home().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| give_up(&format!("{}: {error}", path.display())))
}

pub(crate) fn give_up(what: &str) -> ! {
    eprintln!("fake nvidia-smi: {what}");
    process::exit(99);
}

impl Scenario {
    pub(crate) fn load() -> Self {
        serde_json::from_str(&file("scenario.json")).unwrap_or_else(|error| give_up(&error.to_string()))
    }

    /// What it does instead of printing listing number `count`, if anything.
    pub(crate) fn play_before(&self, count: u64) {
        thread::sleep(Duration::from_millis(self.delay_ms));
        if self.hang_after.is_some_and(|after| count >= after) {
            loop {
                thread::sleep(Duration::from_secs(3600));
            }
        }
        let alone = self.end_after.is_none()
            && (self.say.is_some() || self.complain.is_some() || self.code.is_some());
        if alone || self.end_after.is_some_and(|after| count >= after) {
            if let Some(text) = &self.complain {
                eprintln!("{text}");
            }
            end(&Last { say: self.say.clone().unwrap_or_default(), code: self.code.unwrap_or(0) });
        }
    }

    /// Prints a listing, as far as it does.
    pub(crate) fn print(&self, listing: &str) {
        let listing = self.garbage.as_deref().unwrap_or(listing);
        let length = self.truncate.unwrap_or(listing.len()).min(listing.len());
        print(&listing[..length]);
    }
}

pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        // Nobody reads: the real one dies of the signal.
        process::exit(141);
    }
}

pub(crate) fn end(last: &Last) -> ! {
    if !last.say.is_empty() {
        print(&format!("{}\n", last.say));
    }
    process::exit(last.code);
}
