//! One GPU being read once.

use std::time::Instant;

use nvml_wrapper::{Device, error::NvmlError};

use super::{
    notes::Notes,
    reason::{Stop, settle},
};
use crate::{
    collect::source::Reading,
    telemetry::{Gpu, Metric, Reason},
};

/// How often something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// At every sample.
    Sample,
    /// Every five seconds.
    Link,
    /// Every half a minute.
    Slow,
    /// Until there is an answer: it does not change while the driver is loaded.
    Once,
}

/// What a split GPU does not tell of itself as a whole.
const HIDDEN_BY_MIG: [Metric; 7] = [
    Metric::Utilization,
    Metric::MemoryUtilization,
    Metric::EncoderUtilization,
    Metric::DecoderUtilization,
    Metric::JpegUtilization,
    Metric::OfaUtilization,
    Metric::NvlinksActive,
];

/// The GPU, and what is known of it from earlier.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) device: Device<'a>,
    /// Holds the last visit's values; what is not read this time stays.
    pub(super) gpu: &'a mut Gpu,
    pub(super) notes: &'a mut Notes,
    pub(super) now: Instant,
    /// When the sample began, by the same clock; `now` may be told.
    pub(super) began: Instant,
    /// How the driver writes its lists of processes.
    pub(super) long_entries: bool,
    pub(super) link_due: bool,
    pub(super) slow_due: bool,
}

impl<'a> Visit<'a> {
    /// Whether to ask for this now. What the device lacks, and what it refuses, is
    /// asked for every half a minute only; what failed otherwise, each time.
    pub(super) fn wants(&self, pace: Pace, metric: Metric) -> bool {
        match self.gpu.unavailable.get(&metric) {
            Some(Reason::NotSupported | Reason::NoPermission | Reason::HiddenByMig) => self.slow_due,
            Some(_) => true,
            None => self.is_due(pace) || !self.gpu.has(metric),
        }
    }

    fn is_due(&self, pace: Pace) -> bool {
        match pace {
            Pace::Sample => true,
            Pace::Link => self.link_due,
            Pace::Slow => self.slow_due,
            Pace::Once => false,
        }
    }

    /// Asks for a value, if it is time to, and stores the answer.
    pub(super) fn take<T>(
        &mut self,
        pace: Pace,
        metric: Metric,
        slot: impl FnOnce(&mut Gpu) -> &mut Option<T>,
        call: impl FnOnce(&Device<'a>) -> Result<T, NvmlError>,
    ) -> Result<(), Stop> {
        if self.wants(pace, metric) {
            let reading = settle(call(&self.device))?;
            self.put(metric, slot, reading);
        }
        Ok(())
    }

    /// Stores a value, or why there is none.
    pub(super) fn put<T>(
        &mut self,
        metric: Metric,
        slot: impl FnOnce(&mut Gpu) -> &mut Option<T>,
        reading: Reading<T>,
    ) {
        let reading = reading.map_err(|reason| match reason {
            Reason::NotSupported if self.is_split() && HIDDEN_BY_MIG.contains(&metric) => Reason::HiddenByMig,
            reason => reason,
        });
        self.gpu.set(metric, slot, reading);
    }

    /// What `now` has become since the sample began.
    pub(super) fn at(&self) -> Instant {
        self.now + self.began.elapsed()
    }

    /// Whether MIG is on.
    pub(super) fn is_split(&self) -> bool {
        self.gpu.mig_enabled == Some(true)
    }
}
