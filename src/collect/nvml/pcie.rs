//! The PCIe link. Its traffic is in `traffic`.
//!
//! What is called highest or most is what GPU and slot both can: of a fourth-generation
//! GPU in a slot of the third generation the driver says 3.

use nvml_wrapper::Device;

use super::{
    reason::Stop,
    visit::{Pace, Visit},
};
use crate::telemetry::{Gpu, Metric, Reason};

type Slot = fn(&mut Gpu) -> &mut Option<u32>;

const ALL: [(Metric, Slot); 5] = [
    (Metric::PcieGeneration, |gpu| &mut gpu.pcie_generation),
    (Metric::PcieWidth, |gpu| &mut gpu.pcie_width),
    (Metric::PcieGenerationMax, |gpu| &mut gpu.pcie_generation_max),
    (Metric::PcieWidthMax, |gpu| &mut gpu.pcie_width_max),
    (Metric::PcieReplays, |gpu| &mut gpu.pcie_replays),
];

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if visit.gpu.memory_unified {
        // A GPU beside the processor is on no such link, whatever its driver says.
        for (metric, slot) in ALL {
            visit.put(metric, slot, Err(Reason::NotSupported));
        }
        return Ok(());
    }
    let [generation, width, generation_max, width_max, replays] = ALL;
    visit.take(Pace::Link, generation.0, generation.1, Device::current_pcie_link_gen)?;
    visit.take(Pace::Link, width.0, width.1, Device::current_pcie_link_width)?;
    visit.take(Pace::Link, replays.0, replays.1, Device::pcie_replay_counter)?;
    visit.take(Pace::Once, generation_max.0, generation_max.1, Device::max_pcie_link_gen)?;
    visit.take(Pace::Once, width_max.0, width_max.1, Device::max_pcie_link_width)
}
