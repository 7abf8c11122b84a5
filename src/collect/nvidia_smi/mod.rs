//! GPUs as the driver's command line tool lists them.
//!
//! One nvidia-smi runs all the time and prints listings: starting one for each
//! sample would initialise the driver each time, which takes seconds on a machine
//! with many GPUs. See [`fast`] for intervals under a second, and [`apart`] for
//! what happens when one GPU keeps it from listing the others.

pub(super) mod alone;
mod apart;
mod columns;
mod failure;
mod fast;
mod finish;
mod framing;
#[cfg(any(feature = "fuzz", test))]
pub(crate) mod fuzz;
mod gpu;
mod held;
mod limiters;
mod listing;
mod mig;
mod orders;
mod past;
mod processes;
mod text;
mod tree;
mod values;
mod watch;

use std::{
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use self::{apart::Apart, failure::Failure, fast::Fast, past::Past, watch::Watch};
use super::{
    child, meminfo,
    source::{Source, SourceError},
};
use crate::telemetry::{Gpu, Provider};

/// What is wrong with a listing: "What nvidia-smi prints …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Malformed(&'static str);

/// Where it lies where PATH does not lead: WSL, Flatcar and its like, GKE.
const ELSEWHERE: [&str; 3] = ["/usr/lib/wsl/lib", "/opt/bin", "/usr/local/nvidia/bin"];

/// How long the first listing may take, which starts up the driver.
const FIRST: Duration = Duration::from_secs(10);

/// Reads GPUs from a running `nvidia-smi`, which dies with the source, and with
/// the thread that opened it.
#[derive(Debug)]
pub struct NvidiaSmiSource {
    program: PathBuf,
    interval: Duration,
    mode: Mode,
    past: Past,
}

#[derive(Debug)]
enum Mode {
    Whole(Watch<Vec<Gpu>>),
    Fast(Box<Fast>),
    Apart(Apart),
}

impl NvidiaSmiSource {
    /// Starts `program`, or the `nvidia-smi` in PATH, to list every `interval`
    /// (from a second on: whole seconds), and waits for its first listing.
    ///
    /// # Errors
    /// When there is no nvidia-smi, when it lists nothing, and when it takes longer
    /// than ten seconds.
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
        let found = program.map(Path::to_owned).or_else(|| child::find("nvidia-smi", &ELSEWHERE));
        let program = found.ok_or_else(failure::not_found)?;
        let mode = match Mode::start(&program, interval, patience) {
            Ok(mode) => mode,
            Err(failure) if failure.handle_refused().is_some() => {
                Mode::Apart(apart(&program, interval, patience)?)
            }
            Err(failure) => return Err(failure.explain()),
        };
        Ok(Self { program, interval, mode, past: Past::default() })
    }

    fn listed(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let listed = match &mut self.mode {
            Mode::Whole(watch) => watch.poll(now).map(|gpus| gpus.cloned().unwrap_or_default()),
            Mode::Fast(fast) => fast.read(now),
            Mode::Apart(apart) => {
                if let Some(whole) = apart.whole(now) {
                    self.mode = Mode::Whole(whole);
                    return self.listed(now);
                }
                return apart.read(now);
            }
        };
        match listed {
            Err(failure) if failure.handle_refused().is_some() => {
                tracing::warn!("{}; asking for each GPU apart", failure.explain().reason);
                let mut apart = Apart::start(self.program.clone(), self.interval, self.past.gpus(), now);
                let gpus = apart.read(now);
                self.mode = Mode::Apart(apart);
                gpus
            }
            listed => listed.map_err(|failure| failure.explain()),
        }
    }
}

impl Mode {
    fn start(program: &Path, interval: Duration, patience: Duration) -> Result<Self, Failure> {
        if interval < orders::WHOLE
            && let Some(mut fast) = Fast::start(program, interval)?
        {
            fast.first(patience)?;
            return Ok(Self::Fast(Box::new(fast)));
        }
        let mut watch = Watch::start(orders::all(program, interval), listing::reader())?;
        watch.first(patience)?;
        Ok(Self::Whole(watch))
    }
}

fn apart(program: &Path, interval: Duration, patience: Duration) -> Result<Apart, SourceError> {
    let start = Instant::now();
    let mut apart = Apart::start(program.to_owned(), interval, &[], start);
    loop {
        apart.read(Instant::now())?;
        if !apart.is_waiting() || start.elapsed() > patience {
            return Ok(apart);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

impl Source for NvidiaSmiSource {
    fn provider(&self) -> Provider {
        Provider::NvidiaSmi
    }

    fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let mut gpus = self.listed(now)?;
        for gpu in &mut gpus {
            finish::unify(gpu, meminfo::read);
        }
        self.past.lead_to(&mut gpus);
        Ok(gpus)
    }
}

#[cfg(test)]
mod tests;
