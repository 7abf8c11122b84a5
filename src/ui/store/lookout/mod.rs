//! What the reader asked to be told of: that a GPU is free, that a process ended.

mod judge;

use leptos::prelude::*;

use super::{Store, put};
use crate::telemetry::{Reason, Snapshot};

pub(crate) use judge::unknown;

/// The reader's watches and what came of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookout {
    /// What is waited for.
    pub watches: Vec<Watch>,
    /// What came to pass, until the reader has taken notice.
    pub tidings: Vec<Tiding>,
    /// The newest came while nobody could see the page.
    pub unseen: bool,
    /// Why the browser shows no notification, and what to do; empty where it does.
    pub hitch: &'static str,
}

/// Something that the reader is told of, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The GPU's key.
    pub key: String,
    /// The GPU's number.
    pub gpu: u32,
    /// The process whose end is waited for; `None` where it is the GPU to be free.
    pub process: Option<Watched>,
    /// Why it cannot be told now.
    pub unknown: Option<Reason>,
}

/// A process whose end is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its number.
    pub pid: u32,
    /// Its name as last seen: a number may come to stand for another process.
    pub name: Option<String>,
    /// What the reader knows it by.
    pub words: String,
}

/// Something that came to pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiding {
    /// The GPU's number.
    pub gpu: u32,
    /// "GPU 3 is free"
    pub title: String,
    /// One sentence.
    pub words: String,
}

impl Lookout {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty() && self.tidings.is_empty()
    }

    /// Whether the end of this process is waited for, or else this GPU to be free.
    #[must_use]
    pub fn waits_for(&self, key: &str, pid: Option<u32>) -> bool {
        self.watches.iter().any(|watch| watch.is(key, pid))
    }

    /// Forgets what was told, or where nothing was, what is waited for.
    fn clear(&mut self) {
        if self.tidings.is_empty() {
            self.watches.clear();
        }
        self.tidings.clear();
        self.unseen = false;
    }
}

impl Watch {
    fn is(&self, key: &str, pid: Option<u32>) -> bool {
        self.key == key && self.process.as_ref().map(|process| process.pid) == pid
    }

    /// "GPU 3 is free for 2 minutes"
    #[must_use]
    pub fn when(&self) -> String {
        match &self.process {
            None => free_for(self.gpu),
            Some(process) => [&process.words, " ended"].concat(),
        }
    }

    fn tiding(&self) -> Tiding {
        let gpu = ["GPU ", &self.gpu.to_string()].concat();
        let (title, words) = match &self.process {
            None => {
                let title = [&gpu, " is free"].concat();
                let words = [&title, ": nobody has computed on it for 2 minutes."].concat();
                (title, words)
            }
            Some(process) => {
                let title = ["PID ", &process.pid.to_string(), " ended"].concat();
                (title, [&process.words, " on ", &gpu, " ended."].concat())
            }
        };
        Tiding { gpu: self.gpu, title, words }
    }
}

/// "GPU 3 is free for 2 minutes"
pub(crate) fn free_for(gpu: u32) -> String {
    ["GPU ", &gpu.to_string(), " is free for 2 minutes"].concat()
}

impl Store {
    /// Waits for the end of this process, or else for this GPU to be free; or no longer.
    /// `words` are what the reader knows the process by.
    pub fn toggle_watch(self, key: &str, pid: Option<u32>, words: String) {
        let Some(card) = self.card(key) else { return };
        self.look_out(|lookout| {
            let before = lookout.watches.len();
            lookout.watches.retain(|watch| !watch.is(key, pid));
            if lookout.watches.len() < before {
                return;
            }
            let gpu = card.gpu.read_untracked();
            let named = |pid| gpu.known().processes.iter().find(|process| process.pid == pid);
            let name = |pid| named(pid).and_then(|process| process.name.clone());
            let process = pid.map(|pid| Watched { pid, name: name(pid), words });
            lookout.watches.push(Watch { key: key.to_owned(), gpu: gpu.id, process, unknown: None });
        });
        // What is so already is told at once.
        let newest = self.desk.read_value().newest();
        if let Some(newest) = newest {
            self.heed(&newest);
        }
    }

    /// Takes what was told off the page, or where nothing was, what is waited for.
    pub fn clear_lookout(self) {
        self.look_out(Lookout::clear);
    }

    /// Says why the browser shows no notification; nothing where it does.
    pub fn set_hitch(self, words: &'static str) {
        self.look_out(|lookout| lookout.hitch = words);
    }

    /// Somebody looks at the page.
    pub(super) fn seen(self) {
        self.look_out(|lookout| lookout.unseen = false);
    }

    /// Looks whether something came to pass that the reader waits for.
    pub(super) fn heed(self, snapshot: &Snapshot) {
        let taken = snapshot.timestamp;
        let mut desk = self.desk.write_value();
        let (before, hidden) = (std::mem::replace(&mut desk.heeded, taken), desk.hidden);
        drop(desk);
        let broken = snapshot.server.is_some() || snapshot.continuous_since > before;
        self.look_out(|lookout| {
            let Lookout { watches, tidings, unseen, .. } = lookout;
            watches.retain_mut(|watch| {
                let came = judge::came(watch, snapshot, broken);
                if came {
                    tidings.push(watch.tiding());
                    *unseen = hidden;
                }
                !came
            });
        });
    }

    fn look_out(self, change: impl FnOnce(&mut Lookout)) {
        let mut lookout = self.lookout.get_untracked();
        change(&mut lookout);
        put(self.lookout, lookout);
    }
}

#[cfg(test)]
mod tests;
