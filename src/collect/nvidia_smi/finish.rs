//! What several values of a GPU say together.

use crate::{
    collect::units::mib,
    telemetry::{Gpu, GpuState, Metric, Reason},
};

/// What a split GPU does not tell of itself as a whole.
const HIDDEN_BY_MIG: [Metric; 6] = [
    Metric::Utilization,
    Metric::MemoryUtilization,
    Metric::EncoderUtilization,
    Metric::DecoderUtilization,
    Metric::JpegUtilization,
    Metric::OfaUtilization,
];

const PCIE: [Metric; 7] = [
    Metric::PcieGeneration,
    Metric::PcieGenerationMax,
    Metric::PcieWidth,
    Metric::PcieWidthMax,
    Metric::PcieTx,
    Metric::PcieRx,
    Metric::PcieReplays,
];

/// Settles the state of a GPU whose values have been read, and gives every value
/// that is still missing a reason. `trouble` says why it does not answer.
pub(super) fn finish(gpu: &mut Gpu, trouble: Option<&str>) {
    gpu.explain(Reason::NotReported);
    if let Some(detail) = trouble {
        fail(gpu, GpuState::Lost, detail, Reason::Lost);
        return;
    }
    if !Metric::MEASURED.iter().any(|metric| gpu.has(*metric)) {
        // Why, each value says for itself.
        gpu.state = GpuState::Unreadable;
        gpu.state_detail = Some("Nothing of this GPU can be read.".to_owned());
        return;
    }
    if gpu.memory_total == Some(0.0) {
        // No GPU has memory of zero bytes: it is the driver's way to say that it has none.
        lack_memory(gpu, Reason::NotSupported);
    }
    disbelieve(gpu);
    if gpu.mig_enabled == Some(true) {
        for metric in HIDDEN_BY_MIG {
            if gpu.unavailable.get(&metric) == Some(&Reason::NotSupported) {
                gpu.unavailable.insert(metric, Reason::HiddenByMig);
            }
        }
    }
}

/// Makes this a GPU that cannot be read. What it is stays known.
pub(super) fn fail(gpu: &mut Gpu, state: GpuState, detail: &str, reason: Reason) {
    gpu.state = state;
    gpu.state_detail = Some(detail.to_owned());
    gpu.clear(reason);
    gpu.explain(reason);
}

/// Gives a GPU that has no memory of its own the host's: total and available bytes.
/// Only one that is there: one in trouble may deny its memory as well.
pub(super) fn unify(gpu: &mut Gpu, host: impl FnOnce() -> Option<(u64, u64)>) {
    let own = gpu.unavailable.get(&Metric::MemoryTotal) != Some(&Reason::NotSupported);
    if own || gpu.utilization.is_none() {
        return;
    }
    let Some((total, available)) = host() else { return };
    gpu.memory_unified = true;
    gpu.set(Metric::MemoryTotal, |gpu| &mut gpu.memory_total, Ok(mib(total)));
    gpu.set(Metric::MemoryFree, |gpu| &mut gpu.memory_free, Ok(mib(available)));
    gpu.set(Metric::MemoryUsed, |gpu| &mut gpu.memory_used, Ok(mib(total.saturating_sub(available))));
    // It is on no such link, whatever its driver says.
    (gpu.pcie_generation, gpu.pcie_generation_max) = (None, None);
    (gpu.pcie_width, gpu.pcie_width_max) = (None, None);
    (gpu.pcie_tx, gpu.pcie_rx, gpu.pcie_replays) = (None, None, None);
    for metric in PCIE {
        gpu.unavailable.insert(metric, Reason::NotSupported);
    }
}

/// No part of a memory is larger than the whole.
fn disbelieve(gpu: &mut Gpu) {
    let Some(total) = gpu.memory_total else { return };
    let wrong = |part: Option<f64>| part.is_some_and(|part| part > total);
    if wrong(gpu.memory_used) {
        gpu.set(Metric::MemoryUsed, |gpu| &mut gpu.memory_used, Err(Reason::Error));
    }
    if wrong(gpu.memory_free) {
        gpu.set(Metric::MemoryFree, |gpu| &mut gpu.memory_free, Err(Reason::Error));
    }
    if wrong(gpu.memory_reserved) {
        gpu.set(Metric::MemoryReserved, |gpu| &mut gpu.memory_reserved, Err(Reason::Error));
    }
}

fn lack_memory(gpu: &mut Gpu, reason: Reason) {
    gpu.set(Metric::MemoryTotal, |gpu| &mut gpu.memory_total, Err(reason));
    gpu.set(Metric::MemoryUsed, |gpu| &mut gpu.memory_used, Err(reason));
    gpu.set(Metric::MemoryFree, |gpu| &mut gpu.memory_free, Err(reason));
    gpu.set(Metric::MemoryReserved, |gpu| &mut gpu.memory_reserved, Err(reason));
}
