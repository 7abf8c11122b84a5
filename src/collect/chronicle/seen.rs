//! Who a GPU is, kept while nobody can tell.

use crate::telemetry::{Gpu, GpuState, Metric, Reason, Timestamp};

/// What is remembered of a GPU from one reading to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) id: u32,
    pub(super) name: Option<String>,
    uuid: Option<String>,
    pci_bus_id: Option<String>,
    driver_version: Option<String>,
    cuda_version: Option<u32>,
    pub(super) state: GpuState,
    /// Since when it has been in this state, where that is not the best one.
    pub(super) since: Option<Timestamp>,
    /// UUIDs of its MIG instances; `None` while MIG is off or nobody can tell.
    pub(super) mig: Option<Vec<Option<String>>>,
}

impl Seen {
    fn of(gpu: &Gpu) -> Self {
        Self {
            id: gpu.id,
            name: gpu.name.clone(),
            uuid: gpu.uuid.clone(),
            pci_bus_id: gpu.pci_bus_id.clone(),
            driver_version: gpu.driver_version.clone(),
            cuda_version: gpu.cuda_version,
            state: gpu.state,
            since: gpu.state_since,
            mig: split(gpu),
        }
    }

    pub(super) fn key(&self) -> String {
        Gpu { id: self.id, uuid: self.uuid.clone(), ..Gpu::default() }.key()
    }

    /// Whether this is the same GPU: by what both know, best first.
    pub(super) fn is(&self, gpu: &Gpu) -> bool {
        match (&self.uuid, &gpu.uuid, &self.pci_bus_id, &gpu.pci_bus_id) {
            (Some(one), Some(other), ..) => one == other,
            (.., Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => self.id == gpu.id && (self.name == gpu.name || self.name.is_none() || gpu.name.is_none()),
        }
    }

    /// The GPU without a single value.
    pub(super) fn gpu(&self, state: GpuState, detail: &str, since: Option<Timestamp>, reason: Reason) -> Gpu {
        let mut gpu = Gpu {
            id: self.id,
            state,
            state_detail: Some(detail.to_owned()),
            state_since: since,
            ..Gpu::default()
        };
        self.identify(&mut gpu);
        gpu.clear(reason);
        gpu.explain(reason);
        gpu
    }

    fn identify(&self, gpu: &mut Gpu) {
        gpu.name = gpu.name.take().or_else(|| self.name.clone());
        gpu.uuid = gpu.uuid.take().or_else(|| self.uuid.clone());
        gpu.pci_bus_id = gpu.pci_bus_id.take().or_else(|| self.pci_bus_id.clone());
        gpu.driver_version = gpu.driver_version.take().or_else(|| self.driver_version.clone());
        gpu.cuda_version = gpu.cuda_version.or(self.cuda_version);
        for metric in Metric::IDENTITY {
            if gpu.has(*metric) {
                gpu.unavailable.remove(metric);
            }
        }
    }
}

/// UUIDs of a GPU's MIG instances; `None` while it has none or cannot tell.
pub(super) fn split(gpu: &Gpu) -> Option<Vec<Option<String>>> {
    (gpu.mig_enabled == Some(true)).then(|| gpu.mig_instances.iter().map(|one| one.uuid.clone()).collect())
}

/// Remembers these GPUs instead of those before.
pub(super) fn remember(all: &mut Vec<Seen>, gpus: &[Gpu]) {
    all.truncate(gpus.len());
    for (n, gpu) in gpus.iter().enumerate() {
        match all.get_mut(n) {
            // The usual case by far: nothing to copy.
            Some(seen) if seen.same_as(gpu) => {}
            Some(seen) => *seen = Seen::of(gpu),
            None => all.push(Seen::of(gpu)),
        }
    }
}

impl Seen {
    fn same_as(&self, gpu: &Gpu) -> bool {
        self.id == gpu.id
            && self.uuid == gpu.uuid
            && self.name == gpu.name
            && self.pci_bus_id == gpu.pci_bus_id
            && self.driver_version == gpu.driver_version
            && self.cuda_version == gpu.cuda_version
            && self.state == gpu.state
            && self.since == gpu.state_since
            && self.mig == split(gpu)
    }
}

/// Gives GPUs of a source that only knows names the identity of those that were
/// there before: where, in the driver's order, each has the same name as before.
/// Such a source asks the same driver, which lists them in the same order.
pub(super) fn recognise(all: &[Seen], gpus: &mut [Gpu]) {
    let known: Vec<_> = all.iter().filter(|seen| seen.uuid.is_some()).collect();
    if known.is_empty() || gpus.iter().any(|gpu| gpu.uuid.is_some()) {
        return;
    }
    let mut same: Vec<_> =
        gpus.iter_mut().filter(|gpu| known.iter().any(|seen| seen.name == gpu.name)).collect();
    if same.len() == known.len() && same.iter().zip(&known).all(|(gpu, seen)| gpu.name == seen.name) {
        for (gpu, seen) in same.iter_mut().zip(known) {
            seen.identify(gpu);
        }
    }
}

/// Completes what the kernel tells of a GPU that nobody may ask.
pub(super) fn recognise_by_address(all: &[Seen], gpu: &mut Gpu) {
    if let Some(seen) = all.iter().find(|seen| seen.is(gpu)) {
        seen.identify(gpu);
    }
}
