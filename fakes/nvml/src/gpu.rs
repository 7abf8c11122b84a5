//! One device at one instant: what a handle was resolved to.

use std::borrow::Cow;
use std::time::Duration;

use crate::codes::{GPU_IS_LOST, INVALID_ARGUMENT, NOT_SUPPORTED, Outcome};
use crate::handles::Target;
use crate::moment::{self, Moment};
use crate::scenario::{Given, Gpu as Spec, Instance, Memory};

pub(crate) struct Gpu {
    pub(crate) now: Moment,
    pub(crate) target: Target,
}

impl Gpu {
    /// Fails when there is no such device, now, or when it is lost.
    pub(crate) fn resolve(target: Target, now: Moment) -> Outcome<Self> {
        let gpu = Self { now, target };
        if gpu.index() >= gpu.now.gpu_count() || gpu.spec().is_lost(gpu.time()) {
            return Err(GPU_IS_LOST);
        }
        if target.mig.is_some() {
            gpu.instance()?;
        }
        Ok(gpu)
    }

    pub(crate) fn index(&self) -> usize {
        self.target.gpu.into()
    }

    pub(crate) fn time(&self) -> f64 {
        self.now.time
    }

    /// What the scenario says of this GPU.
    pub(crate) fn spec(&self) -> &Spec {
        self.now.scenario.gpu(self.index())
    }

    /// The MIG device that this is. It is gone once the layout changed.
    pub(crate) fn instance(&self) -> Outcome<&Instance> {
        let index = self.target.mig.ok_or(INVALID_ARGUMENT)?;
        let mig = self.spec().mig.get()?;
        mig.instance(index.into(), self.time()).ok_or(INVALID_ARGUMENT)
    }

    /// The instance's memory, or the GPU's.
    pub(crate) fn memory(&self) -> Outcome<&Memory> {
        match self.target.mig {
            Some(_) => Ok(&self.instance()?.memory),
            None => self.spec().memory.get(),
        }
    }

    /// Fails on a GPU that is split up: NVML then has no numbers for the whole.
    pub(crate) fn whole(&self) -> Outcome<()> {
        match self.spec().mig.get() {
            Ok(mig) if mig.is_on(self.time()) => Err(NOT_SUPPORTED),
            _ => Ok(()),
        }
    }

    pub(crate) fn uuid(&self) -> Outcome<Cow<'_, str>> {
        let derived = || format!("GPU-fa4e0000-0000-4000-8000-{:012x}", self.index());
        if self.target.mig.is_some() {
            let instance = self.instance()?;
            let derived = || {
                let (gpu, index) = (self.index(), instance.index);
                format!("MIG-fa4e0000-0000-5000-8000-{gpu:06x}{index:06x}")
            };
            return self.identity(instance.uuid.text(), derived);
        }
        self.identity(self.spec().uuid.text(), derived)
    }

    pub(crate) fn serial(&self) -> Outcome<Cow<'_, str>> {
        self.identity(self.spec().serial.text(), || format!("16529240{:05}", self.index()))
    }

    pub(crate) fn bus_id(&self) -> Outcome<Cow<'_, str>> {
        self.identity(self.spec().bus_id.text(), || {
            // Beyond what one bus number can count, a further PCI domain.
            let (domain, bus) = (self.index() / 200, 0x10 + self.index() % 200);
            format!("{domain:08X}:{bus:02X}:00.0")
        })
    }

    pub(crate) fn minor(&self) -> Outcome<u32> {
        match self.spec().minor {
            Given::Value(minor) if !self.is_clone() => Ok(minor),
            Given::Null => Err(NOT_SUPPORTED),
            _ => Ok(self.target.gpu.into()),
        }
    }

    /// What was given, or what follows from the index, which differs for each GPU.
    fn identity<'a>(&self, given: Given<&'a str>, derived: impl FnOnce() -> String) -> Outcome<Cow<'a, str>> {
        match given {
            Given::Value(text) if !self.is_clone() => Ok(text.into()),
            Given::Null => Err(NOT_SUPPORTED),
            _ => Ok(derived().into()),
        }
    }

    /// Whether this stands for a GPU beyond the list, made after the last one.
    fn is_clone(&self) -> bool {
        self.index() >= self.now.scenario.gpus.len()
    }

    /// How long the scenario holds up calls of this symbol on this GPU.
    pub(crate) fn delay(&self, symbol: &str) -> Option<Duration> {
        moment::pause(&self.spec().delays_ms, symbol, self.time()).or_else(|| self.now.delay(symbol))
    }

    /// Fails as the scenario wants calls of this symbol on this GPU to fail.
    pub(crate) fn fault(&self, symbol: &str) -> Outcome<()> {
        moment::fault(&self.spec().errors, symbol, self.time())?;
        self.now.fault(symbol)
    }
}
