//! What a server holds while it is under load.

use std::time::Duration;

use bench::{meter::Meter, statistics::Run};

/// The most that was seen.
#[derive(Debug)]
pub(crate) struct Watch {
    meter: Meter,
    rss: u64,
    pss: u64,
    anonymous: u64,
    threads: usize,
    descriptors: usize,
    /// The most sockets, and when each of those that are gone went.
    sockets: usize,
    let_go: Vec<Duration>,
}

impl Watch {
    pub(crate) fn new(meter: &Meter) -> Self {
        Self {
            meter: meter.clone(),
            rss: 0,
            pss: 0,
            anonymous: 0,
            threads: 0,
            descriptors: 0,
            sockets: 0,
            let_go: Vec::new(),
        }
    }

    /// Looks at memory, which takes the server's memory map for a moment: not too often.
    pub(crate) fn look(&mut self) {
        let memory = self.meter.memory().unwrap_or_default();
        self.rss = self.rss.max(memory.rss);
        self.pss = self.pss.max(memory.pss);
        self.anonymous = self.anonymous.max(memory.anonymous);
        self.threads = self.threads.max(self.meter.threads().unwrap_or_default());
        self.descriptors = self.descriptors.max(self.meter.descriptors().unwrap_or_default());
    }

    /// Looks only at how many sockets there are, and notes when one was let go of.
    pub(crate) fn look_for_leavers(&mut self, now: Duration) {
        let open = self.meter.sockets().unwrap_or_default();
        if open > self.sockets {
            self.sockets = open;
            self.let_go.clear();
        }
        while self.sockets - self.let_go.len() > open {
            self.let_go.push(now);
        }
    }

    /// When each connection was let go of, after the beginning.
    pub(crate) fn let_go(&self) -> &[Duration] {
        &self.let_go
    }

    /// All as figures.
    #[expect(clippy::cast_precision_loss, reason = "kibibytes and counts")]
    pub(crate) fn figures(&self) -> Run {
        let mebi = |kibi: u64| kibi as f64 / 1024.0;
        Run::from([
            ("rssMiB", mebi(self.rss)),
            ("pssMiB", mebi(self.pss)),
            ("anonymousMiB", mebi(self.anonymous)),
            ("threads", self.threads as f64),
            ("descriptors", self.descriptors as f64),
        ])
    }
}
