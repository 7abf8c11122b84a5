//! A GPU as the driver lists it: found, read, lost, found again.

use std::{
    mem,
    time::{Duration, Instant, SystemTime},
};

use nvml_wrapper::Nvml;

use super::{
    clocks, ecc, fan, fields,
    identity::{self, Driver},
    limiters, memory, mig,
    notes::Notes,
    nvlink, pcie, power, processes,
    raw::{self, Handle},
    reason::{Stop, settle},
    temperature, utilization,
    visit::Visit,
};
use crate::{
    collect::{
        retry::Retry,
        source::{Reading, SourceError},
    },
    telemetry::{Gpu, GpuState, Metric, Reason},
};

const LINK_EVERY: Duration = Duration::from_secs(5);
const SLOW_EVERY: Duration = Duration::from_secs(30);

/// What is asked for at every sample.
const MOVING: [Metric; 8] = [
    Metric::Utilization,
    Metric::MemoryUsed,
    Metric::Temperature,
    Metric::PowerUsage,
    Metric::FanSpeed,
    Metric::ClockSm,
    Metric::PerformanceState,
    Metric::Limiters,
];

#[derive(Debug)]
pub(super) struct Card {
    pub(super) gpu: Gpu,
    /// Kept while the GPU answers.
    handle: Option<Handle>,
    notes: Notes,
    link_at: Option<Instant>,
    slow_at: Option<Instant>,
    /// When a GPU in trouble is looked for again: a driver that is busy with a broken
    /// one holds up the sound ones.
    retry: Retry,
    /// Another GPU was found in its place: others may have moved as well.
    replaced: bool,
}

/// Finds all GPUs anew. Those that were known before keep their place in time:
/// what they were, and since when they are in trouble.
pub(super) fn find_all(
    nvml: &Nvml,
    driver: &Driver,
    count: u32,
    mut known: Vec<Card>,
    now: Instant,
) -> Result<Vec<Card>, SourceError> {
    let mut found = Vec::new();
    for index in 0..count {
        let mut card = Card::new(index, driver);
        card.find(nvml, driver, now)?;
        found.push(card);
    }
    // By UUID first, since indices move when a GPU goes; by index what is left and
    // does not say who it is.
    for card in &mut found {
        if let Some(at) = known.iter().position(|old| old.gpu.uuid.is_some() && old.gpu.uuid == card.gpu.uuid)
        {
            card.continues(known.swap_remove(at));
        }
    }
    for card in found.iter_mut().filter(|card| card.gpu.uuid.is_none()) {
        if let Some(at) = known.iter().position(|old| old.gpu.id == card.gpu.id) {
            card.continues(known.swap_remove(at));
        }
    }
    Ok(found)
}

impl Card {
    fn new(index: u32, driver: &Driver) -> Self {
        let mut gpu = Gpu { id: index, ..Gpu::default() };
        driver.describe(&mut gpu);
        Self {
            gpu,
            handle: None,
            notes: Notes::default(),
            link_at: None,
            slow_at: None,
            retry: Retry::default(),
            replaced: false,
        }
    }

    /// Takes over what was known, but for where the GPU is now.
    fn continues(&mut self, known: Self) {
        let (id, handle) = (self.gpu.id, self.handle);
        *self = Self { handle, replaced: false, ..known };
        self.gpu.id = id;
    }

    /// Gets the handle, and makes sure that it is still the same GPU's.
    fn find(&mut self, nvml: &Nvml, driver: &Driver, now: Instant) -> Result<(), SourceError> {
        self.retry.tried(now);
        match self.look_up(nvml) {
            Ok(Ok((handle, uuid))) => {
                if matches!((&self.gpu.uuid, &uuid), (Some(old), Ok(new)) if old != new) {
                    *self = Self { replaced: true, ..Self::new(self.gpu.id, driver) };
                }
                if self.gpu.uuid.is_none() {
                    self.gpu.set(Metric::Uuid, |gpu| &mut gpu.uuid, uuid);
                }
                self.handle = Some(handle);
                // Nothing is read yet, and whatever it lacked or refused is asked for again.
                self.notes = Notes::default();
                (self.link_at, self.slow_at) = (None, None);
            }
            Ok(Err(Reason::NoPermission)) => {
                self.trouble(
                    GpuState::Unreadable,
                    "The driver refuses access to this GPU.",
                    Reason::NoPermission,
                );
            }
            Ok(Err(reason)) => {
                // A GPU that is counted exists; "not supported" would be no reason.
                let reason = if reason == Reason::NotSupported { Reason::Error } else { reason };
                self.trouble(GpuState::Unreadable, "The driver lists this GPU but cannot open it.", reason);
            }
            Err(Stop::Gpu(detail)) => self.trouble(GpuState::Lost, detail, Reason::Lost),
            Err(Stop::Source(error)) => return Err(error),
        }
        Ok(())
    }

    fn look_up(&self, nvml: &Nvml) -> Result<Reading<(Handle, Reading<String>)>, Stop> {
        let device = match settle(nvml.device_by_index(self.gpu.id))? {
            Ok(device) => device,
            Err(reason) => return Ok(Err(reason)),
        };
        let uuid = settle(raw::uuid(&device))?;
        Ok(Ok((Handle::of(&device), uuid)))
    }

    /// The GPU as it was read. Its processes are listed anew at each reading.
    pub(super) fn take(&mut self) -> Gpu {
        let processes = mem::take(&mut self.gpu.processes);
        Gpu { processes, ..self.gpu.clone() }
    }

    /// Whether the GPUs may be in other places than they were.
    pub(super) const fn is_replaced(&self) -> bool {
        self.replaced
    }

    /// The GPU as one that can be asked, if it can.
    pub(super) fn listed(&self) -> Option<(Handle, &Gpu)> {
        self.handle.map(|handle| (handle, &self.gpu))
    }

    /// Reads the GPU. Fails only when the driver is gone.
    pub(super) fn read(
        &mut self,
        nvml: &Nvml,
        driver: &Driver,
        now: Instant,
        began: Instant,
    ) -> Result<(), SourceError> {
        if self.handle.is_none() && self.retry.is_due(now) {
            self.find(nvml, driver, now)?;
        }
        let Some(handle) = self.handle else { return Ok(()) };
        match self.visit(nvml, driver, handle, now, began) {
            Ok(()) if self.tells_nothing() => {
                self.trouble(GpuState::Unreadable, "Nothing of this GPU can be read.", Reason::Error);
            }
            Ok(()) => {
                self.retry.worked(now);
                self.gpu.state = GpuState::Ok;
                self.gpu.state_detail = None;
                self.gpu.state_since = None;
            }
            Err(Stop::Gpu(detail)) => self.trouble(GpuState::Lost, detail, Reason::Lost),
            Err(Stop::Source(error)) => return Err(error),
        }
        Ok(())
    }

    fn visit(
        &mut self,
        nvml: &Nvml,
        driver: &Driver,
        handle: Handle,
        now: Instant,
        began: Instant,
    ) -> Result<(), Stop> {
        let mut visit = Visit {
            device: handle.device(nvml),
            long_entries: driver.has_long_entries,
            link_due: due(&mut self.link_at, now, LINK_EVERY),
            slow_due: due(&mut self.slow_at, now, SLOW_EVERY),
            gpu: &mut self.gpu,
            notes: &mut self.notes,
            now,
            began,
        };
        identity::read(&mut visit)?;
        // First, because a split GPU hides some of what follows.
        mig::read(&mut visit)?;
        utilization::read(&mut visit)?;
        // After utilization, which tells a GPU without memory from one in trouble.
        memory::read(&mut visit)?;
        temperature::read(&mut visit)?;
        fields::read(&mut visit)?;
        power::read(&mut visit)?;
        fan::read(&mut visit)?;
        clocks::read(&mut visit)?;
        limiters::read(&mut visit)?;
        pcie::read(&mut visit)?;
        nvlink::read(&mut visit)?;
        ecc::read(&mut visit)?;
        processes::read(&mut visit)
    }

    /// Whether every single value failed that was asked for: the handle may be stale,
    /// so that it has to be looked up anew.
    fn tells_nothing(&self) -> bool {
        let has = |metric: &Metric| self.gpu.has(*metric);
        let failed = |metric: &Metric| self.gpu.unavailable.get(metric) == Some(&Reason::Error);
        !Metric::MEASURED.iter().any(has) || (MOVING.iter().any(failed) && !MOVING.iter().any(has))
    }

    /// Whether it fails in a way that nobody can explain.
    pub(super) fn is_baffling(&self) -> bool {
        self.gpu.state == GpuState::Unreadable
            && self.gpu.unavailable.get(&Metric::Utilization) == Some(&Reason::Error)
    }

    fn trouble(&mut self, state: GpuState, detail: &str, reason: Reason) {
        if self.gpu.state == GpuState::Ok || self.gpu.state_since.is_none() {
            self.gpu.state_since = Some(SystemTime::now().into());
        }
        self.gpu.state = state;
        self.gpu.state_detail = Some(detail.into());
        // What it is stays known; what it did is over.
        self.gpu.clear(reason);
        self.gpu.explain(reason);
        self.handle = None;
    }
}

/// Whether it is time, and if so, when it will be next.
fn due(at: &mut Option<Instant>, now: Instant, every: Duration) -> bool {
    let due = at.is_none_or(|at| now >= at);
    if due {
        *at = now.checked_add(every);
    }
    due
}
