//! The NVIDIA driver's own library.
//!
//! Every sample reads what moves: utilization, memory, temperature, power, fans,
//! clocks, limiters, traffic, processes. Every five seconds: PCIe link, power
//! limit in force, limiters' counters, advised recovery, MIG, NVLink. Every half a minute: ECC, remapped rows, other
//! limits and thresholds. Once: names and maxima. Between two readings a value of
//! the slower kinds stays as it was read last.

mod announcements;
mod card;
mod clocks;
mod ecc;
mod fan;
mod fields;
mod heard;
mod held;
mod identity;
mod limiters;
mod memory;
mod mig;
mod notes;
mod nvlink;
mod open;
mod pcie;
mod power;
mod processes;
mod raw;
mod reason;
mod sm;
mod temperature;
mod traffic;
mod utilization;
mod visit;
mod xid;

use std::{path::Path, sync::Arc, time::Instant};

use nvml_wrapper::{Nvml, error::NvmlError};

use self::{announcements::Announcements, card::Card, identity::Driver, reason::Stop};
use super::{
    source::{Source, SourceError},
    units,
};
use crate::telemetry::{Event, Gpu, Provider};

/// Reads GPUs through `libnvidia-ml.so.1`. Dropping it shuts NVML down, after
/// up to a third of a second for what is under way in the driver.
#[derive(Debug)]
pub struct NvmlSource {
    cards: Vec<Card>,
    // Before `nvml`, which its thread holds as well.
    announcements: Announcements,
    driver: Driver,
    nvml: Arc<Nvml>,
}

impl NvmlSource {
    /// Loads and starts the library: this file, or the installed driver's.
    ///
    /// # Errors
    /// When there is none, or it does not get at the driver.
    pub fn open(library: Option<&Path>) -> Result<Self, SourceError> {
        let nvml = Arc::new(open::open(library)?);
        let driver = Driver::of(&nvml)?;
        Ok(Self { cards: Vec::new(), announcements: Announcements::default(), driver, nvml })
    }

    /// Notices GPUs that came or went.
    fn count(&mut self, now: Instant) -> Result<(), SourceError> {
        match reason::settle(self.nvml.device_count()) {
            Ok(Ok(count))
                if self.cards.len() == count as usize && !self.cards.iter().any(Card::is_replaced) =>
            {
                Ok(())
            }
            Ok(Ok(count)) => {
                self.cards =
                    card::find_all(&self.nvml, &self.driver, count, std::mem::take(&mut self.cards), now)?;
                Ok(())
            }
            Err(Stop::Source(error)) => Err(error),
            // Not counted this time; those that are known can still be read.
            Ok(Err(_)) | Err(Stop::Gpu(_)) if !self.cards.is_empty() => Ok(()),
            Ok(Err(_)) | Err(Stop::Gpu(_)) => Err(SourceError::new(
                "The NVIDIA driver does not say how many GPUs there are",
                "See `dmesg` for its messages.",
            )),
        }
    }
}

impl Source for NvmlSource {
    fn provider(&self) -> Provider {
        Provider::Nvml
    }

    fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let began = Instant::now();
        self.count(now)?;
        for card in &mut self.cards {
            card.read(&self.nvml, &self.driver, now, began)?;
        }
        // Not the GPUs, then: a container, for one, loses its access to all of them at once.
        if !self.cards.is_empty() && self.cards.iter().all(Card::is_baffling) {
            return Err(open::explain(&NvmlError::Unknown));
        }
        self.announcements.of(&self.nvml, self.cards.iter().filter_map(Card::listed));
        Ok(self.cards.iter_mut().map(Card::take).collect())
    }

    fn events(&mut self) -> Vec<Event> {
        self.announcements.take(Instant::now())
    }
}
