//! Listings several times a second.
//!
//! `--query-gpu` is cheap and lists fast, but it knows neither processes nor MIG
//! instances, nor the CUDA version or the traffic on the bus. A second nvidia-smi prints
//! whole listings every five seconds, and what the first one lacks is taken from
//! there. (`--query-compute-apps` would tell of processes too, but not of graphics,
//! and would have to be started anew each time.)

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    columns::{Columns, Row},
    failure::Failure,
    listing, orders,
    watch::Watch,
};
use crate::{
    collect::{
        child::{Child, until_the_end},
        retry::Retry,
    },
    telemetry::{Gpu, GpuState, Metric, Reason},
};

/// How long the help may take. It asks no GPU.
const HELP: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Fast {
    program: PathBuf,
    columns: Arc<Columns>,
    rows: Watch<Vec<Row>>,
    beside: Result<Watch<Vec<Gpu>>, Reason>,
    retry: Retry,
}

impl Fast {
    /// `None` for an nvidia-smi that does not help, or whose help names no fields.
    pub(super) fn start(program: &Path, interval: Duration) -> Result<Option<Self>, Failure> {
        let Some(columns) = Columns::of_help(&help(program).unwrap_or_default()) else { return Ok(None) };
        let columns = Arc::new(columns);
        let reader = Arc::clone(&columns);
        let rows = Watch::start(orders::columns(program, &columns, interval), move |listing, _| {
            reader.rows(listing)
        })?;
        let beside = Watch::start(orders::beside(program), listing::reader()).map_err(|_| Reason::Error);
        Ok(Some(Self { program: program.to_owned(), columns, rows, beside, retry: Retry::default() }))
    }

    pub(super) fn first(&mut self, patience: Duration) -> Result<(), Failure> {
        self.rows.first(patience).map(drop)
    }

    pub(super) fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, Failure> {
        self.look_beside(now);
        let whole = match &mut self.beside {
            Ok(watch) => watch.poll(now).map_err(|failure| reason(&failure)),
            Err(reason) => Err(*reason),
        };
        let (known, lacking) = match whole {
            Ok(Some(gpus)) => (gpus.clone(), Reason::NotReported),
            Ok(None) => (Vec::new(), Reason::Pending),
            Err(reason) => (Vec::new(), reason),
        };
        if known.is_empty() && lacking != Reason::Pending {
            self.beside = Err(lacking);
        }
        let rows = self.rows.poll(now)?.map_or(&[][..], Vec::as_slice);
        let columns = &self.columns;
        let gpu = |row: &Row| {
            let mut gpu = base(columns.cell(row, "uuid"), &known, lacking);
            columns.read(row, &mut gpu);
            gpu
        };
        Ok(rows.iter().map(gpu).collect())
    }

    fn look_beside(&mut self, now: Instant) {
        if self.beside.is_err() && self.retry.is_due(now) {
            self.retry.tried(now);
            self.beside = Watch::start(orders::beside(&self.program), listing::reader())
                .map_err(|failure| reason(&failure));
        }
    }
}

/// What the whole listing says of this GPU.
fn base(uuid: Option<&str>, known: &[Gpu], lacking: Reason) -> Gpu {
    let known = known.iter().find(|gpu| gpu.uuid.is_some() && gpu.uuid.as_deref() == uuid);
    if let Some(gpu) = known.filter(|gpu| gpu.state == GpuState::Ok) {
        return gpu.clone();
    }
    let mut gpu = Gpu::default();
    let reason = if lacking == Reason::NotReported { Reason::Pending } else { lacking };
    gpu.explain(reason);
    gpu.unavailable.insert(Metric::Processes, reason);
    gpu
}

fn reason(failure: &Failure) -> Reason {
    if matches!(failure, Failure::Silent(..)) { Reason::Timeout } else { Reason::Error }
}

fn help(program: &Path) -> Result<String, Failure> {
    let mut child = Child::start(program, &["--help-query-gpu"], until_the_end).map_err(Failure::Start)?;
    let start = Instant::now();
    child.wait(HELP);
    loop {
        if let Some(exit) = child.exit() {
            let text = String::from_utf8_lossy(&exit.out).into_owned();
            return if exit.status.success() { Ok(text) } else { Err(Failure::Ended(exit)) };
        }
        if start.elapsed() > HELP || child.is_too_long() {
            return Err(Failure::Silent(HELP.as_secs(), child.said()));
        }
        thread::sleep(Duration::from_millis(2));
    }
}
