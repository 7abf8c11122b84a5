//! What all viewers have in common. There is one thread, so nothing is locked.

use std::{
    cell::{Cell, RefCell},
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use bench::meter::{Meter, Threads, spent};
use tokio::sync::Semaphore;

use crate::{arguments::Arguments, stamps::Stamps, tally::Tally};

/// As much as is read at once.
const BUFFER: usize = 512 << 10;

/// Settings, counts, and the one buffer that everybody reads into.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) arguments: Arguments,
    pub(crate) tally: RefCell<Tally>,
    pub(crate) stamps: RefCell<Stamps>,
    pub(crate) buffer: RefCell<Box<[u8]>>,
    pub(crate) connecting: Semaphore,
    /// When the count began and ended; 0 before.
    began: Cell<u64>,
    ended: Cell<u64>,
    /// The server's CPU time at the beginning, and how much it spent until the end.
    server: RefCell<Option<(Meter, Threads)>>,
    spent: Cell<Option<u64>>,
}

impl Shared {
    /// Nothing counted so far.
    ///
    /// # Errors
    /// When there cannot be such histograms.
    pub(crate) fn new(arguments: Arguments) -> io::Result<Self> {
        Ok(Self {
            tally: RefCell::new(Tally::new(arguments.viewers).map_err(io::Error::other)?),
            stamps: RefCell::default(),
            buffer: RefCell::new(vec![0; BUFFER].into_boxed_slice()),
            connecting: Semaphore::new(arguments.outstanding.max(1)),
            began: Cell::new(0),
            ended: Cell::new(0),
            server: RefCell::default(),
            spent: Cell::new(None),
            arguments,
        })
    }

    /// From here on it counts.
    pub(crate) fn begin(&self) {
        self.stamps.borrow_mut().clear();
        *self.server.borrow_mut() = self.arguments.pid.map(Meter::new).and_then(|meter| {
            let threads = meter.cpu().ok()?;
            Some((meter, threads))
        });
        self.began.set(now());
    }

    /// From here on nothing counts. A gap that is still open counts as well.
    pub(crate) fn end(&self) {
        let (began, ended) = (self.began.get(), now());
        self.ended.set(ended);
        if let Some((meter, before)) = &*self.server.borrow() {
            self.spent.set(meter.cpu().ok().map(|after| spent(before, &after)));
        }
        for one in self.tally.borrow_mut().viewers.iter_mut().filter(|one| one.last > 0 && !one.gone) {
            one.longest_gap = one.longest_gap.max(ended.saturating_sub(one.last.max(began)));
        }
    }

    pub(crate) fn counts(&self) -> bool {
        self.began.get() > 0 && self.ended.get() == 0
    }

    /// When the count began.
    pub(crate) fn began(&self) -> u64 {
        self.began.get()
    }

    /// What the server spent meanwhile, in nanoseconds of CPU time.
    pub(crate) fn server_spent(&self) -> Option<u64> {
        self.spent.get()
    }

    /// How long it counted, in seconds.
    #[expect(clippy::cast_precision_loss, reason = "microseconds of minutes")]
    pub(crate) fn seconds(&self) -> f64 {
        self.ended.get().saturating_sub(self.began.get()) as f64 / 1e6
    }
}

/// Microseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
