//! One place in the simulated machine: a GPU, its work and its tenants.

use super::{
    curve::{Curve, wave},
    model::Model,
};
use crate::telemetry::ProcessKind;

/// A GPU with its work.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) model: &'static Model,
    pub(super) load: Curve,
    /// W at full utilization.
    pub(super) draw: f64,
    /// °C per W: how well it is cooled.
    pub(super) heating: f64,
    /// W, where the administrator lowered the limit.
    pub(super) lowered_limit: Option<f64>,
    /// Its power supply calls for less now and then.
    pub(super) brake: bool,
    /// % of video decoding at full utilization.
    pub(super) decoding: f64,
    /// MiB in use that belong to no listed process.
    pub(super) unattributed: f64,
    pub(super) tenants: &'static [Tenant],
    /// Instances; empty where MIG is off.
    pub(super) slices: &'static [Slice],
    pub(super) fault: Option<Fault>,
    /// Seconds for which it had been idle at the start, where it does nothing.
    pub(super) idle: Option<u64>,
    /// It sleeps, but for the last quarter of each minute.
    pub(super) sleeps: bool,
}

/// What is wrong with a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Memory that failed, and rows to remap at the next reset.
    Memory,
    /// Memory that can no longer be remapped.
    Worn,
    /// A link with half of its lanes.
    Link,
    /// Nothing of it can be read.
    Unreadable,
}

/// A process.
#[derive(Debug)]
pub(super) struct Tenant {
    pub(super) user: &'static str,
    pub(super) name: &'static str,
    pub(super) command: &'static str,
    /// MiB around which its memory moves.
    pub(super) memory: f64,
    /// MiB that its memory moves to either side.
    pub(super) swing: f64,
    /// Its share of the GPU's work, 0 to 1.
    pub(super) share: f64,
    pub(super) kind: ProcessKind,
    /// The GPU and the compute instance it runs on, where there are any.
    pub(super) instance: Option<(u32, u32)>,
    pub(super) container: Option<&'static str>,
}

/// A MIG instance.
#[derive(Debug)]
pub(super) struct Slice {
    /// "1g.18gb"
    pub(super) profile: &'static str,
    pub(super) gpu_instance: u32,
    pub(super) compute_instance: u32,
    /// MiB of the GPU instance.
    pub(super) memory: f64,
}

impl Tenant {
    pub(super) const fn new(user: &'static str, name: &'static str, command: &'static str) -> Self {
        let kind = ProcessKind::Compute;
        Self {
            user,
            name,
            command,
            memory: 0.0,
            swing: 0.0,
            share: 0.0,
            kind,
            instance: None,
            container: None,
        }
    }

    pub(super) const fn memory(self, memory: f64, swing: f64) -> Self {
        Self { memory, swing, ..self }
    }

    pub(super) const fn share(self, share: f64) -> Self {
        Self { share, ..self }
    }

    pub(super) const fn kind(self, kind: ProcessKind) -> Self {
        Self { kind, ..self }
    }

    pub(super) const fn on(self, gpu_instance: u32, compute_instance: u32) -> Self {
        Self { instance: Some((gpu_instance, compute_instance)), ..self }
    }

    pub(super) const fn inside(self, container: &'static str) -> Self {
        Self { container: Some(container), ..self }
    }

    /// MiB.
    pub(super) fn memory_at(&self, seconds: f64, phase: f64) -> f64 {
        (self.memory + self.swing * wave(seconds, 71.0, phase + self.memory)).round()
    }
}

impl Slot {
    /// Without work.
    pub(super) const fn new(model: &'static Model) -> Self {
        Self {
            model,
            load: Curve::IDLE,
            draw: model.idle_power,
            heating: 0.054,
            lowered_limit: None,
            brake: false,
            decoding: 0.0,
            unattributed: 0.0,
            tenants: &[],
            slices: &[],
            fault: None,
            idle: None,
            sleeps: false,
        }
    }

    /// W, the limit in force.
    pub(super) fn power_limit(&self) -> Option<f64> {
        self.lowered_limit.or(self.model.power_limit)
    }
}
