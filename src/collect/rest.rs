//! Leaves GPUs asleep, and lets those fall asleep that could.
//!
//! The GPU of a laptop is switched off while nobody uses it (runtime power
//! management). Opening a driver to read it switches it on again, and keeping the
//! driver open keeps it on, which empties the battery in half the time. What the
//! kernel says of its power state can be read without touching it.

mod kernel;

use std::time::{Duration, Instant};

use self::kernel::{Device, Kernel, Power};
use crate::telemetry::{Gpu, GpuState, ProcessKind};

/// How often the machine is searched for GPUs that may sleep.
const SEARCH_EVERY: Duration = Duration::from_secs(30);
/// GPUs that did nothing for so long are let go of.
const IDLE: Duration = Duration::from_secs(15);
/// Once let go, a GPU falls asleep within seconds, if nobody else keeps it awake,
const FALLING: Duration = Duration::from_secs(20);
/// and if it does not, it is left alone for so long.
const AGAIN: Duration = Duration::from_secs(3600);

/// Watches over the sleep of GPUs.
#[derive(Debug)]
pub(super) struct Rest {
    kernel: Kernel,
    devices: Vec<Device>,
    searched: Option<Instant>,
    state: State,
}

/// GPUs that are not to be touched.
#[derive(Debug, PartialEq)]
pub(super) struct Sleep {
    /// All there are.
    pub(super) gpus: Vec<Gpu>,
    /// They sleep; else they are only left alone to fall asleep, and may not.
    pub(super) fell: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The driver may be open. Idle since then.
    Awake(Option<Instant>),
    /// Let go of at this time, so that the GPUs can fall asleep.
    Falling(Instant),
    /// Asleep.
    Asleep,
    /// They did not fall asleep: no other try before this time.
    Restless(Instant),
}

impl Rest {
    pub(super) fn new() -> Self {
        Self::of(Kernel::new())
    }

    const fn of(kernel: Kernel) -> Self {
        Self { kernel, devices: Vec::new(), searched: None, state: State::Awake(None) }
    }

    /// The GPUs, if all of them sleep or are about to: nothing may be opened then.
    pub(super) fn look(&mut self, now: Instant) -> Option<Sleep> {
        if self.searched.is_none_or(|searched| now.saturating_duration_since(searched) >= SEARCH_EVERY) {
            self.devices = self.kernel.devices(&self.devices);
            self.searched = Some(now);
        }
        // One that may not sleep keeps the driver awake, and may be read.
        if self.devices.is_empty() || self.devices.iter().any(|device| !device.may_sleep) {
            self.state = State::Awake(None);
            return None;
        }
        let asleep = self.devices.iter().all(|device| self.kernel.power(device) == Power::Asleep);
        self.state = match self.state {
            _ if asleep => State::Asleep,
            State::Asleep => State::Awake(None),
            State::Falling(since) if now.saturating_duration_since(since) >= FALLING => {
                State::Restless(now + AGAIN)
            }
            State::Restless(until) if now >= until => State::Awake(None),
            state => state,
        };
        let (fell, detail) = match self.state {
            State::Asleep => (true, "It sleeps to save power, and is not woken to be read."),
            State::Falling(_) => (false, "It did nothing for a while and is left alone to fall asleep."),
            State::Awake(_) | State::Restless(_) => return None,
        };
        Some(Sleep { gpus: self.gpus(detail), fell })
    }

    fn gpus(&self, detail: &str) -> Vec<Gpu> {
        let gpu = |device: &Device| Gpu {
            state: GpuState::Asleep,
            state_detail: Some(detail.to_owned()),
            ..device.gpu()
        };
        self.devices.iter().map(gpu).collect()
    }

    /// Takes notice of what the GPUs do.
    pub(super) fn notice(&mut self, gpus: &[Gpu], now: Instant) {
        let State::Awake(since) = self.state else { return };
        if self.devices.is_empty() || self.devices.iter().any(|device| !device.may_sleep || !device.dozes) {
            return;
        }
        let since = gpus.iter().all(is_idle).then(|| since.unwrap_or(now));
        self.state = match since {
            Some(since) if now.saturating_duration_since(since) >= IDLE => State::Falling(now),
            since => State::Awake(since),
        };
    }
}

/// Desktops keep a little memory on a GPU that may sleep all the same.
fn is_idle(gpu: &Gpu) -> bool {
    gpu.utilization == Some(0)
        && gpu.processes.iter().all(|process| process.kind == Some(ProcessKind::Graphics))
}

#[cfg(test)]
mod tests;
