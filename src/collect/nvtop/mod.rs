//! GPUs as nvtop lists them: those of all makers.
//!
//! From 3.3.2 on one nvtop runs all the time and prints listings. Older ones print
//! one and end: they are started again and again, and know of no processes.
//!
//! A listing tells neither UUID nor PCI address, so that a GPU is known by its
//! place in it. That is also why two entries that say the same are never taken for
//! one GPU: two idle cards of a kind, with the desktop's server on both, say the
//! same as well, and a card shown twice misleads less than one not shown at all.

pub(super) mod alone;
mod cell;
mod failure;
mod framing;
#[cfg(any(feature = "fuzz", test))]
pub(crate) mod fuzz;
mod gpu;
mod listing;
mod processes;
mod repair;
mod version;
mod watch;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use self::watch::{Order, Watch};
use super::{
    child,
    source::{Source, SourceError},
};
use crate::telemetry::{Gpu, GpuState, Provider, Timestamp};

/// What is wrong with a listing: "What nvtop prints …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Malformed(&'static str);

/// Where it lies where PATH does not lead.
const ELSEWHERE: [&str; 3] = ["/usr/local/bin", "/snap/bin", "/run/current-system/sw/bin"];

/// How long the first listing may take, which looks for the GPUs of all makers.
const FIRST: Duration = Duration::from_secs(15);

/// Reads GPUs from a running `nvtop`, which dies with the source, and with the
/// thread that opened it.
#[derive(Debug)]
pub struct NvtopSource {
    watch: Watch,
    /// Since when the GPUs in trouble have been in trouble, by their place.
    since: BTreeMap<u32, Timestamp>,
}

impl NvtopSource {
    /// Starts `program`, or the `nvtop` in PATH, to list every `interval` (whole
    /// tenths of a second; before nvtop 3.3.2 every two seconds at most), and waits
    /// for its first listing.
    ///
    /// # Errors
    /// When there is no nvtop, when it is older than 3.2.0, when it lists nothing,
    /// and when it takes longer than fifteen seconds.
    pub fn open(program: Option<&Path>, interval: Duration) -> Result<Self, SourceError> {
        Self::open_within(program, interval, FIRST)
    }

    /// The same, with another patience.
    ///
    /// # Errors
    /// See [`open`](Self::open).
    pub fn open_within(
        program: Option<&Path>,
        interval: Duration,
        patience: Duration,
    ) -> Result<Self, SourceError> {
        let found = program.map(Path::to_owned).or_else(|| child::find("nvtop", &ELSEWHERE));
        let program: PathBuf = found.ok_or_else(failure::not_found)?;
        let open = || {
            let version = version::ask(&program)?;
            let mut watch = Watch::start(Order::new(program.clone(), version, interval))?;
            watch.first(patience)?;
            Ok(watch)
        };
        let watch = open().map_err(|failure: failure::Failure| failure.explain())?;
        Ok(Self { watch, since: BTreeMap::new() })
    }
}

impl Source for NvtopSource {
    fn provider(&self) -> Provider {
        Provider::Nvtop
    }

    fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let mut gpus = self.watch.poll(now).map_err(|failure| failure.explain())?.to_vec();
        self.since.retain(|id, _| gpus.iter().any(|gpu| gpu.id == *id && gpu.state != GpuState::Ok));
        for gpu in gpus.iter_mut().filter(|gpu| gpu.state != GpuState::Ok) {
            let since = self.since.entry(gpu.id).or_insert_with(|| SystemTime::now().into());
            gpu.state_since = Some(*since);
        }
        Ok(gpus)
    }
}

#[cfg(test)]
mod tests;
