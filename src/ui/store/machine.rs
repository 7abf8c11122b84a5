//! Everything but the single GPUs.

use crate::telemetry::{Attempt, Demo, Event, Gpu, Host, Provider, Snapshot, Timestamp};

use super::Fleet;

/// The machine as last sampled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// When it was sampled, by the server's clock.
    pub taken: Timestamp,
    /// Sums over all GPUs.
    pub fleet: Fleet,
    /// The telemetry source.
    pub origin: Origin,
    /// The host; `None` where its metrics are switched off.
    pub host: Option<Host>,
    /// Sources that gave nothing.
    pub sources: Vec<Attempt>,
    /// The GPUs are invented.
    pub simulated: bool,
    /// The operator set the source: no other one is tried.
    pub forced: bool,
    /// What the demo plays; `None` where the GPUs are real.
    pub demo: Option<Demo>,
    /// What happened lately, oldest first.
    pub events: Vec<Event>,
}

/// Where the values come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `None` while no source answers.
    pub provider: Option<Provider>,
    /// Of the first GPU that knows it.
    pub driver_version: Option<String>,
    /// Of the first GPU that knows it, 1000 · major + 10 · minor.
    pub cuda_version: Option<u32>,
}

impl Machine {
    /// Takes a sample apart. Of the server it may say nothing: then all is as `before`.
    #[must_use]
    pub fn of(snapshot: Snapshot, before: &Self) -> (Self, Vec<Gpu>) {
        let Snapshot { timestamp, provider, simulated, gpus, system, sources, events, server, .. } = snapshot;
        let (forced, demo) = match server {
            Some(server) => (server.forced, server.demo),
            None => (before.forced, before.demo.clone()),
        };
        let machine = Self {
            taken: timestamp,
            fleet: Fleet::of(&gpus),
            origin: Origin {
                provider,
                driver_version: gpus.iter().find_map(|gpu| gpu.driver_version.clone()),
                cuda_version: gpus.iter().find_map(|gpu| gpu.cuda_version),
            },
            host: system,
            sources,
            simulated,
            forced,
            demo,
            events,
        };
        (machine, gpus)
    }

    /// The host's name, where it is known.
    #[must_use]
    pub fn hostname(&self) -> Option<&str> {
        self.host.as_ref()?.hostname.as_deref()
    }
}
