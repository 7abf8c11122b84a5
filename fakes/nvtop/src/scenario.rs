//! What the fake does.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
    time::Duration,
};

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Scenario {
    version: Option<String>,
    listings: Vec<String>,
    delay_ms: u64,
    hang_after: Option<u64>,
    pub(crate) hang_version: bool,
    end_after: Option<u64>,
    say: Option<String>,
    complain: Option<String>,
    code: Option<i32>,
    signal: Option<i32>,
    garbage: Option<String>,
    truncate: Option<usize>,
    pub(crate) once: bool,
}

/// The folder of the program's name, links not followed.
pub(crate) fn home() -> PathBuf {
    let name = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    name.parent().map(Path::to_owned).unwrap_or_default()
}

pub(crate) fn give_up(what: &str) -> ! {
    eprintln!("fake nvtop: {what}");
    process::exit(99);
}

fn file(name: &str) -> Vec<u8> {
    let path = home().join(name);
    fs::read(&path).unwrap_or_else(|error| give_up(&format!("{}: {error}", path.display())))
}

impl Scenario {
    pub(crate) fn load() -> Self {
        serde_json::from_slice(&file("scenario.json")).unwrap_or_else(|error| give_up(&error.to_string()))
    }

    /// What `-v` prints.
    pub(crate) fn version(&self) -> &str {
        self.version.as_deref().unwrap_or("nvtop version 3.3.2")
    }

    /// Whether it is of this version or a later one; what cannot be read is late.
    pub(crate) fn is_from(&self, version: [u32; 3]) -> bool {
        let numbers = self.version().rsplit(' ').next().unwrap_or_default();
        let numbers: Vec<u32> = numbers.split('.').filter_map(|part| part.parse().ok()).collect();
        numbers.is_empty() || numbers.as_slice() >= version.as_slice()
    }

    /// What it does instead of printing listing number `count`, if anything.
    pub(crate) fn play_before(&self, count: u64) {
        thread::sleep(Duration::from_millis(self.delay_ms));
        if self.hang_after.is_some_and(|after| count >= after) {
            hang();
        }
        let ends = self.say.is_some() || self.complain.is_some() || self.code.is_some();
        if self.end_after.map_or(ends, |after| count >= after) {
            self.end();
        }
    }

    /// Prints listing number `count`, as far as it does.
    pub(crate) fn play(&self, count: u64) {
        let turn = usize::try_from(count).unwrap_or(0).checked_rem(self.listings.len());
        let listing = match (&self.garbage, turn.and_then(|turn| self.listings.get(turn))) {
            (Some(garbage), _) => garbage.clone().into_bytes(),
            (None, Some(name)) => file(name),
            (None, None) => give_up("the scenario has no listings"),
        };
        let length = self.truncate.unwrap_or(listing.len()).min(listing.len());
        print(&listing[..length]);
    }

    fn end(&self) -> ! {
        if let Some(text) = &self.say {
            print(format!("{text}\n").as_bytes());
        }
        if let Some(text) = &self.complain {
            eprintln!("{text}");
        }
        while let Some(signal) = self.signal {
            // Rust's own handler of segmentation faults lets the first one pass.
            let kill = [format!("-{signal}"), process::id().to_string()];
            let _ = Command::new("/bin/kill").args(kill).status();
        }
        process::exit(self.code.unwrap_or(0));
    }
}

pub(crate) fn hang() -> ! {
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}

pub(crate) fn print(bytes: &[u8]) {
    let mut out = std::io::stdout();
    if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
        // Nobody reads: the real one dies of the signal.
        process::exit(141);
    }
}
