//! The scenario in force, read anew whenever its file changes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::home;
use crate::locked::locked;
use crate::scenario::Scenario;

/// How often the file is looked at, at most.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What tells one version of the file from the next.
#[derive(PartialEq, Eq, Clone, Copy)]
struct Stamp {
    modified: (i64, i64),
    size: u64,
    inode: u64,
}

struct State {
    scenario: Option<Arc<Scenario>>,
    stamp: Option<Stamp>,
    looked: Option<Instant>,
}

static STATE: Mutex<State> = Mutex::new(State { scenario: None, stamp: None, looked: None });

/// The scenario in force.
///
/// Until a readable file was seen this is the built-in one; a file that cannot be
/// parsed, or that went away, leaves the last good one in force.
pub(crate) fn current() -> Arc<Scenario> {
    let mut state = locked(&STATE);
    if state.looked.is_none_or(|looked| looked.elapsed() >= LOOK_EVERY) {
        state.looked = Some(Instant::now());
        if let Some(folder) = home::folder() {
            state.look(&folder.join("scenario.json"));
        }
    }
    state.scenario.get_or_insert_default().clone()
}

impl State {
    fn look(&mut self, file: &Path) {
        let Ok(data) = fs::metadata(file) else { return };
        let stamp =
            Stamp { modified: (data.mtime(), data.mtime_nsec()), size: data.size(), inode: data.ino() };
        if self.stamp == Some(stamp) {
            return;
        }
        self.stamp = Some(stamp);
        match fs::read(file).map_err(|error| error.to_string()).and_then(|text| Scenario::parse(&text)) {
            Ok(scenario) => self.scenario = Some(Arc::new(scenario)),
            Err(error) => eprintln!("fake-nvml: {}: {error}", file.display()),
        }
    }
}
