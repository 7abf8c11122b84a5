//! One `<gpu>` of a listing.

use super::{limiters, mig, processes, text, tree::Element, values};
use crate::{
    collect::source::Reading,
    telemetry::{Gpu, Metric, Reason},
};

/// What stands once above all GPUs.
pub(super) struct Driver {
    version: Reading<String>,
    cuda: Reading<u32>,
}

impl Driver {
    pub(super) fn of(root: &Element) -> Self {
        Self {
            version: root.first(&["driver_version", "kmd_version"]).and_then(text::words),
            cuda: root.first(&["cuda_version", "cuda_umd_version"]).and_then(text::cuda_version),
        }
    }
}

/// The GPU, and what is wrong with it if it does not answer.
pub(super) fn read(index: u32, element: &Element, driver: &Driver) -> (Gpu, Option<&'static str>) {
    let mut gpu = Gpu { id: index, ..Gpu::default() };
    for value in values::ALL {
        value.store(&mut gpu, element.first(value.xml));
    }
    if let (None, Some(id)) = (&gpu.pci_bus_id, &element.id) {
        gpu.set(Metric::PciBusId, |gpu| &mut gpu.pci_bus_id, text::words(id));
    }
    gpu.set(Metric::DriverVersion, |gpu| &mut gpu.driver_version, driver.version.clone());
    gpu.set(Metric::CudaVersion, |gpu| &mut gpu.cuda_version, driver.cuda);
    values::POWER_USAGE.store(&mut gpu, power_usage(element));
    gpu.set(Metric::EccCorrected, |gpu| &mut gpu.ecc_corrected, corrected(element));
    gpu.set(Metric::EccUncorrected, |gpu| &mut gpu.ecc_uncorrected, uncorrected(element));
    gpu.set(Metric::Limiters, |gpu| &mut gpu.limiters, limiters::listed(element));
    gpu.mig_instances = mig::instances(element);
    match processes::listed(element) {
        Ok(processes) => gpu.processes = processes,
        Err(reason) => {
            gpu.unavailable.insert(Metric::Processes, reason);
        }
    }
    (gpu, trouble(element))
}

/// What the driver's library calls the power usage: an average over a second where
/// the GPU measures one, the power of the instant where it does not.
fn power_usage(gpu: &Element) -> Reading<&str> {
    match gpu.at("gpu_power_readings/average_power_draw").and_then(text::value) {
        Err(Reason::NotSupported) => gpu.at("gpu_power_readings/instant_power_draw"),
        Err(Reason::NotReported) => gpu.first(&[
            "gpu_power_readings/power_draw",
            "power_readings/power_draw",
            "gpu_power_readings/instant_power_draw",
        ]),
        average => average,
    }
}

fn corrected(gpu: &Element) -> Reading<u64> {
    let volatile = gpu.element("ecc_errors/volatile")?;
    match volatile.child("single_bit") {
        Some(old) => old.at("total").and_then(|text| text::whole(text, text::NONE)),
        None => sum(volatile, &["sram_correctable", "dram_correctable"]),
    }
}

fn uncorrected(gpu: &Element) -> Reading<u64> {
    let volatile = gpu.element("ecc_errors/volatile")?;
    match volatile.child("double_bit") {
        Some(old) => old.at("total").and_then(|text| text::whole(text, text::NONE)),
        None => sum(
            volatile,
            &[
                "sram_uncorrectable",
                "sram_uncorrectable_parity",
                "sram_uncorrectable_secded",
                "dram_uncorrectable",
            ],
        ),
    }
}

/// Of those counters that the GPU has; none while one of them cannot be read.
fn sum(counters: &Element, names: &[&str]) -> Reading<u64> {
    let mut sum = Err(Reason::NotReported);
    for counter in names.iter().filter_map(|name| counters.child(name)) {
        sum = match (sum, text::whole(counter.text(), text::NONE)) {
            (Ok(sum), Ok(more)) => Ok(u64::saturating_add(sum, more)),
            (sum @ Ok(_), Err(Reason::NotSupported)) => sum,
            (Err(Reason::NotReported | Reason::NotSupported), other) => other,
            (_, Err(reason)) | (Err(reason), _) => return Err(reason),
        };
    }
    sum
}

/// Whether any value says that the GPU is gone. Not the names of its processes.
fn trouble(element: &Element) -> Option<&'static str> {
    text::trouble(element.text())
        .or_else(|| element.children.iter().filter(|child| !child.is("processes")).find_map(trouble))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(readings: &str) -> Reading<String> {
        let gpu = Element::root(&format!("<gpu>{readings}</gpu>")).unwrap();
        power_usage(&gpu).and_then(text::value).map(str::to_owned)
    }

    #[test]
    fn power_is_the_average_where_there_is_one() {
        let new = |average: &str, instant: &str| {
            power(&format!(
                "<gpu_power_readings><average_power_draw>{average}</average_power_draw>\
                 <instant_power_draw>{instant}</instant_power_draw></gpu_power_readings>"
            ))
        };
        assert_eq!(new("68.57 W", "70.00 W").as_deref(), Ok("68.57 W"));
        assert_eq!(new("N/A", "70.00 W").as_deref(), Ok("70.00 W"));
        assert_eq!(new("N/A", "N/A"), Err(Reason::NotSupported));
        // Of another moment, it would be another figure than the library's.
        assert_eq!(new("Unknown Error", "70.00 W"), Err(Reason::Error));
        let draw = "<power_draw>5.00 W</power_draw>";
        assert_eq!(power(&format!("<power_readings>{draw}</power_readings>")).as_deref(), Ok("5.00 W"));
        assert_eq!(
            power(&format!("<gpu_power_readings>{draw}</gpu_power_readings>")).as_deref(),
            Ok("5.00 W")
        );
        assert_eq!(
            power("<module_power_readings><power_draw>5.00 W</power_draw></module_power_readings>"),
            Err(Reason::NotReported)
        );
        assert_eq!(power("<power_readings>N/A</power_readings>"), Err(Reason::NotSupported));
    }

    #[test]
    fn errors_are_counted_over_all_memories_that_the_gpu_has() {
        let count = |counters: &str| {
            let gpu = Element::root(&format!(
                "<gpu><ecc_errors><volatile>{counters}</volatile></ecc_errors></gpu>"
            ));
            uncorrected(&gpu.unwrap())
        };
        assert_eq!(
            count("<sram_uncorrectable>1</sram_uncorrectable><dram_uncorrectable>2</dram_uncorrectable>"),
            Ok(3)
        );
        let parts = "<sram_uncorrectable_parity>1</sram_uncorrectable_parity><sram_uncorrectable_secded>2</sram_uncorrectable_secded>";
        assert_eq!(count(&format!("{parts}<dram_uncorrectable>4</dram_uncorrectable>")), Ok(7));
        assert_eq!(count(&format!("{parts}<dram_uncorrectable>N/A</dram_uncorrectable>")), Ok(3));
        assert_eq!(
            count(&format!("{parts}<dram_uncorrectable>Unknown Error</dram_uncorrectable>")),
            Err(Reason::Error)
        );
        assert_eq!(count("<dram_uncorrectable>N/A</dram_uncorrectable>"), Err(Reason::NotSupported));
        assert_eq!(count("<double_bit><l2_cache>9</l2_cache><total>1</total></double_bit>"), Ok(1));
        assert_eq!(count("<aggregate/>"), Err(Reason::NotReported));
    }
}
