//! Who a GPU is, kept while nobody can tell.

use crate::telemetry::{Gpu, GpuState, Reason, Timestamp};

/// What is remembered of a GPU from one reading to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// Who it is, its state and since when that is so; no values.
    pub(super) gpu: Gpu,
    /// UUIDs of its MIG instances; `None` while MIG is off or nobody can tell.
    pub(super) mig: Option<Vec<Option<String>>>,
}

impl Seen {
    pub(super) fn of(gpu: &Gpu) -> Self {
        let mut bare = Gpu { id: gpu.id, state: gpu.state, state_since: gpu.state_since, ..Gpu::default() };
        bare.identify_as(gpu);
        Self { gpu: bare, mig: split(gpu) }
    }

    /// Whether [`Self::of`] would say the same of it again.
    pub(super) fn is_still(&self, gpu: &Gpu) -> bool {
        let seen = &self.gpu;
        (seen.id, seen.state, seen.state_since) == (gpu.id, gpu.state, gpu.state_since)
            && seen.is_identified_as(gpu)
            && self.mig == split(gpu)
    }

    /// Whether a source said which one it is.
    pub(super) const fn is_named(&self) -> bool {
        self.gpu.uuid.is_some()
    }

    /// Whether this is the same GPU by its UUID or its address, wherever it is listed.
    pub(super) fn is_surely(&self, gpu: &Gpu) -> bool {
        self.is(gpu)
            && (self.gpu.uuid.is_some() && gpu.uuid.is_some()
                || self.gpu.pci_bus_id.is_some() && gpu.pci_bus_id.is_some())
    }

    /// Whether this is the same GPU: by what both know, best first.
    pub(super) fn is(&self, gpu: &Gpu) -> bool {
        let seen = &self.gpu;
        match (&seen.uuid, &gpu.uuid, &seen.pci_bus_id, &gpu.pci_bus_id) {
            (Some(one), Some(other), ..) => one == other,
            (.., Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => seen.id == gpu.id && (seen.name == gpu.name || seen.name.is_none() || gpu.name.is_none()),
        }
    }

    /// The GPU without a single value.
    pub(super) fn gpu(&self, state: GpuState, detail: &str, since: Option<Timestamp>, reason: Reason) -> Gpu {
        let mut gpu =
            Gpu { state, state_detail: Some(detail.to_owned()), state_since: since, ..self.gpu.clone() };
        gpu.clear(reason);
        gpu.explain(reason);
        gpu
    }
}

/// UUIDs of a GPU's MIG instances; `None` while it has none or cannot tell.
pub(super) fn split(gpu: &Gpu) -> Option<Vec<Option<String>>> {
    (gpu.mig_enabled == Some(true)).then(|| gpu.mig_instances.iter().map(|one| one.uuid.clone()).collect())
}

/// Gives GPUs of a source that only knows names the identity of those that were
/// there before: where, in the driver's order, each has the same name as before.
/// Such a source asks the same driver, which lists them in the same order.
pub(super) fn recognise(all: &[Seen], gpus: &mut [Gpu]) {
    recognise_troubled(all, gpus);
    if gpus.iter().any(|gpu| gpu.uuid.is_some()) {
        return;
    }
    let listed = |seen: &&Seen| seen.is_named() && gpus.iter().any(|gpu| gpu.name == seen.gpu.name);
    let known: Vec<_> = all.iter().filter(listed).collect();
    if known.is_empty() {
        return;
    }
    let mut same: Vec<_> =
        gpus.iter_mut().filter(|gpu| known.iter().any(|seen| seen.gpu.name == gpu.name)).collect();
    if same.len() == known.len() && same.iter().zip(&known).all(|(gpu, seen)| gpu.name == seen.gpu.name) {
        for (gpu, seen) in same.iter_mut().zip(known) {
            gpu.identify_as(&seen.gpu);
        }
    }
}

/// One in trouble may not be able to say who it is. Its place tells that only as long
/// as no place has changed.
fn recognise_troubled(all: &[Seen], gpus: &mut [Gpu]) {
    let in_place = all.len() == gpus.len();
    for n in 0..gpus.len() {
        if gpus[n].state == GpuState::Ok || gpus[n].uuid.is_some() {
            continue;
        }
        let taken = |seen: &Seen| gpus.iter().any(|gpu| gpu.uuid.is_some() && gpu.uuid == seen.gpu.uuid);
        let same = find(all, &gpus[n]).filter(|seen| in_place || seen.is_surely(&gpus[n]));
        if let Some(seen) = same.filter(|seen| !taken(seen)) {
            gpus[n].identify_as(&seen.gpu);
        }
    }
}

/// Completes what is told of a GPU that cannot be asked.
pub(super) fn recognise_by_address(all: &[Seen], gpu: &mut Gpu) {
    if let Some(seen) = find(all, gpu) {
        gpu.identify_as(&seen.gpu);
    }
}

/// The same GPU as it was before. Where several say that they are, as broken ones do,
/// the one in the same place.
pub(super) fn find<'a>(all: &'a [Seen], gpu: &Gpu) -> Option<&'a Seen> {
    let same = all.iter().filter(|seen| seen.is(gpu));
    same.min_by_key(|seen| (!seen.is_surely(gpu), seen.gpu.id != gpu.id))
}

/// A GPU that is in the same trouble as before is so since then, whoever says it.
pub(super) fn keep_since(all: &[Seen], gpus: &mut [Gpu]) {
    for gpu in gpus.iter_mut().filter(|gpu| gpu.state != GpuState::Ok) {
        let before = find(all, gpu).filter(|seen| seen.gpu.state == gpu.state && seen.is_surely(gpu));
        if let Some(since) = before.and_then(|seen| seen.gpu.state_since) {
            gpu.state_since = Some(gpu.state_since.map_or(since, |told| told.min(since)));
        }
    }
}

/// GPUs of known UUID that a source does not list which tells no UUIDs: of those by
/// the name of one that it lists nobody can say which they are.
pub(super) fn unlisted<'a>(all: &'a [Seen], gpus: &'a [Gpu]) -> impl Iterator<Item = &'a Seen> {
    all.iter().filter(|seen| seen.is_named() && !gpus.iter().any(|gpu| gpu.name == seen.gpu.name))
}
