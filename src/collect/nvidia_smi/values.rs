//! Every value that nvidia-smi prints, where it stands, and what it is.

use super::text::{
    self, BYTES_PER_SECOND, CELSIUS, LANES, MEGAHERTZ, MIB, MOST_MIB, NONE, PERCENT, Units, WATTS, flag,
};
use crate::{
    collect::source::Reading,
    telemetry::{Gpu, Metric, Reason},
};

type Slot<T> = fn(&mut Gpu) -> &mut Option<T>;

/// What kind of value it is, and where it goes.
pub(super) enum Kind {
    Text(Slot<String>),
    /// At most the last.
    Whole(Slot<u32>, Units, u64),
    /// At most the last.
    Long(Slot<u64>, Units, u64),
    /// At most the last, with this many decimals.
    Real(Slot<f64>, Units, i32, f64),
    Flag(Slot<bool>),
    PerformanceState(Slot<u32>),
    RecoveryAction,
}

/// A value of a GPU.
pub(super) struct Value {
    pub(super) metric: Metric,
    pub(super) kind: Kind,
    /// Where it stands in the XML, below `<gpu>`: the newest layout first.
    pub(super) xml: &'static [&'static str],
    /// What it is called in `--query-gpu`: the name of the most versions first.
    pub(super) csv: &'static [&'static str],
}

impl Value {
    /// Reads it from its text, or notes why there is none.
    pub(super) fn store(&self, gpu: &mut Gpu, text: Reading<&str>) {
        let metric = self.metric;
        match self.kind {
            Kind::Text(slot) => gpu.set(metric, slot, text.and_then(text::words)),
            Kind::Whole(slot, units, most) => {
                let reading = text.and_then(|text| text::whole(text, units));
                let reading = reading.and_then(|figure| at_most(figure, most));
                gpu.set(
                    metric,
                    slot,
                    reading.and_then(|figure| u32::try_from(figure).map_err(|_| Reason::Error)),
                );
            }
            Kind::Long(slot, units, most) => {
                let reading = text.and_then(|text| text::whole(text, units));
                gpu.set(metric, slot, reading.and_then(|figure| at_most(figure, most)));
            }
            Kind::Real(slot, units, decimals, most) => {
                let reading = text.and_then(|text| text::real(text, units));
                let reading = reading.and_then(|figure| at_most(figure, most));
                gpu.set(metric, slot, reading.map(|figure| rounded(figure, decimals)));
            }
            Kind::Flag(slot) => gpu.set(metric, slot, text.and_then(flag)),
            Kind::RecoveryAction => {
                gpu.set(metric, |gpu| &mut gpu.recovery_action, text.and_then(text::recovery_action));
            }
            Kind::PerformanceState(slot) => gpu.set(metric, slot, text.and_then(text::performance_state)),
        }
    }
}

fn at_most<T: PartialOrd + Copy>(figure: T, most: T) -> Reading<T> {
    if figure <= most { Ok(figure) } else { Err(Reason::Error) }
}

fn rounded(figure: f64, decimals: i32) -> f64 {
    let precision = 10_f64.powi(decimals);
    (figure * precision).round() / precision
}

const fn value(
    metric: Metric,
    kind: Kind,
    xml: &'static [&'static str],
    csv: &'static [&'static str],
) -> Value {
    Value { metric, kind, xml, csv }
}

const fn percent(slot: Slot<u32>) -> Kind {
    Kind::Whole(slot, PERCENT, 100)
}

const fn celsius(slot: Slot<u32>) -> Kind {
    Kind::Whole(slot, CELSIUS, 500)
}

const fn megahertz(slot: Slot<u32>) -> Kind {
    Kind::Whole(slot, MEGAHERTZ, 100_000)
}

const fn few(slot: Slot<u32>, units: Units) -> Kind {
    Kind::Whole(slot, units, 99)
}

const fn bytes_per_second(slot: Slot<u64>) -> Kind {
    Kind::Long(slot, BYTES_PER_SECOND, 1_000_000_000_000)
}

const fn count(slot: Slot<u32>, units: Units) -> Kind {
    Kind::Whole(slot, units, u32::MAX as u64)
}

/// With two decimals, as the driver's library gives it.
const fn mib(slot: Slot<f64>) -> Kind {
    Kind::Real(slot, MIB, 2, MOST_MIB)
}

/// With one decimal, as the driver's library gives it.
const fn watts(slot: Slot<f64>) -> Kind {
    Kind::Real(slot, WATTS, 1, 100_000.0)
}

/// Where it stands in the XML depends on the GPU.
pub(super) const POWER_USAGE: Value =
    value(Metric::PowerUsage, watts(|g| &mut g.power_usage), &[], &["power.draw"]);

/// All but the power draw, the ECC counters and what holds the clocks back, which
/// take more than looking up one text. Thresholds only where they are absolute:
/// what newer GPUs print is a distance to an unnamed temperature.
pub(super) const ALL: &[Value] = &[
    value(Metric::Name, Kind::Text(|g| &mut g.name), &["product_name"], &["name", "gpu_name"]),
    value(Metric::Uuid, Kind::Text(|g| &mut g.uuid), &["uuid"], &["uuid", "gpu_uuid"]),
    value(
        Metric::PciBusId,
        Kind::Text(|g| &mut g.pci_bus_id),
        &["pci/pci_bus_id"],
        &["pci.bus_id", "gpu_bus_id"],
    ),
    value(
        Metric::Utilization,
        percent(|g| &mut g.utilization),
        &["utilization/gpu_util"],
        &["utilization.gpu"],
    ),
    value(
        Metric::MemoryUtilization,
        percent(|g| &mut g.memory_utilization),
        &["utilization/memory_util"],
        &["utilization.memory"],
    ),
    value(
        Metric::EncoderUtilization,
        percent(|g| &mut g.encoder_utilization),
        &["utilization/encoder_util"],
        &["utilization.encoder"],
    ),
    value(
        Metric::DecoderUtilization,
        percent(|g| &mut g.decoder_utilization),
        &["utilization/decoder_util"],
        &["utilization.decoder"],
    ),
    value(
        Metric::JpegUtilization,
        percent(|g| &mut g.jpeg_utilization),
        &["utilization/jpeg_util"],
        &["utilization.jpeg"],
    ),
    value(
        Metric::OfaUtilization,
        percent(|g| &mut g.ofa_utilization),
        &["utilization/ofa_util"],
        &["utilization.ofa"],
    ),
    value(Metric::MemoryUsed, mib(|g| &mut g.memory_used), &["fb_memory_usage/used"], &["memory.used"]),
    value(Metric::MemoryTotal, mib(|g| &mut g.memory_total), &["fb_memory_usage/total"], &["memory.total"]),
    value(Metric::MemoryFree, mib(|g| &mut g.memory_free), &["fb_memory_usage/free"], &["memory.free"]),
    value(
        Metric::MemoryReserved,
        mib(|g| &mut g.memory_reserved),
        &["fb_memory_usage/reserved"],
        &["memory.reserved"],
    ),
    value(
        Metric::Temperature,
        celsius(|g| &mut g.temperature),
        &["temperature/gpu_temp"],
        &["temperature.gpu"],
    ),
    value(
        Metric::MemoryTemperature,
        celsius(|g| &mut g.memory_temperature),
        &["temperature/memory_temp"],
        &["temperature.memory"],
    ),
    value(
        Metric::TemperatureSlowdown,
        celsius(|g| &mut g.temperature_slowdown),
        &["temperature/gpu_temp_slow_threshold"],
        &[],
    ),
    value(
        Metric::TemperatureShutdown,
        celsius(|g| &mut g.temperature_shutdown),
        &["temperature/gpu_temp_max_threshold"],
        &[],
    ),
    value(
        Metric::PowerLimit,
        watts(|g| &mut g.power_limit),
        &[
            "gpu_power_readings/current_power_limit",
            "power_readings/enforced_power_limit",
            "gpu_power_readings/requested_power_limit",
            "power_readings/power_limit",
        ],
        &["enforced.power.limit", "power.limit"],
    ),
    value(
        Metric::PowerLimitDefault,
        watts(|g| &mut g.power_limit_default),
        &["gpu_power_readings/default_power_limit", "power_readings/default_power_limit"],
        &["power.default_limit"],
    ),
    value(
        Metric::PowerLimitMax,
        watts(|g| &mut g.power_limit_max),
        &["gpu_power_readings/max_power_limit", "power_readings/max_power_limit"],
        &["power.max_limit"],
    ),
    // Intended speed: it may exceed 100 %.
    value(Metric::FanSpeed, Kind::Whole(|g| &mut g.fan_speed, PERCENT, 1000), &["fan_speed"], &["fan.speed"]),
    value(
        Metric::ClockGraphics,
        megahertz(|g| &mut g.clock_graphics),
        &["clocks/graphics_clock"],
        &["clocks.current.graphics", "clocks.gr"],
    ),
    value(
        Metric::ClockSm,
        megahertz(|g| &mut g.clock_sm),
        &["clocks/sm_clock"],
        &["clocks.current.sm", "clocks.sm"],
    ),
    value(
        Metric::ClockMemory,
        megahertz(|g| &mut g.clock_memory),
        &["clocks/mem_clock"],
        &["clocks.current.memory", "clocks.mem"],
    ),
    value(
        Metric::ClockVideo,
        megahertz(|g| &mut g.clock_video),
        &["clocks/video_clock"],
        &["clocks.current.video", "clocks.video"],
    ),
    value(
        Metric::ClockGraphicsMax,
        megahertz(|g| &mut g.clock_graphics_max),
        &["max_clocks/graphics_clock"],
        &["clocks.max.graphics", "clocks.max.gr"],
    ),
    value(
        Metric::ClockSmMax,
        megahertz(|g| &mut g.clock_sm_max),
        &["max_clocks/sm_clock"],
        &["clocks.max.sm"],
    ),
    value(
        Metric::ClockMemoryMax,
        megahertz(|g| &mut g.clock_memory_max),
        &["max_clocks/mem_clock"],
        &["clocks.max.memory", "clocks.max.mem"],
    ),
    value(
        Metric::PerformanceState,
        Kind::PerformanceState(|g| &mut g.performance_state),
        &["performance_state"],
        &["pstate"],
    ),
    value(
        Metric::PcieGeneration,
        few(|g| &mut g.pcie_generation, NONE),
        &["pci/pci_gpu_link_info/pcie_gen/current_link_gen"],
        &["pcie.link.gen.current"],
    ),
    value(
        Metric::PcieGenerationMax,
        few(|g| &mut g.pcie_generation_max, NONE),
        &["pci/pci_gpu_link_info/pcie_gen/max_link_gen"],
        &["pcie.link.gen.max"],
    ),
    value(
        Metric::PcieWidth,
        few(|g| &mut g.pcie_width, LANES),
        &["pci/pci_gpu_link_info/link_widths/current_link_width"],
        &["pcie.link.width.current"],
    ),
    value(
        Metric::PcieWidthMax,
        few(|g| &mut g.pcie_width_max, LANES),
        &["pci/pci_gpu_link_info/link_widths/max_link_width"],
        &["pcie.link.width.max"],
    ),
    value(Metric::PcieReplays, count(|g| &mut g.pcie_replays, NONE), &["pci/replay_counter"], &[]),
    value(Metric::PcieTx, bytes_per_second(|g| &mut g.pcie_tx), &["pci/tx_util"], &[]),
    value(Metric::PcieRx, bytes_per_second(|g| &mut g.pcie_rx), &["pci/rx_util"], &[]),
    value(
        Metric::EccEnabled,
        Kind::Flag(|g| &mut g.ecc_enabled),
        &["ecc_mode/current_ecc"],
        &["ecc.mode.current"],
    ),
    value(
        Metric::RemappedRows,
        count(|g| &mut g.remapped_rows, NONE),
        &["remapped_rows/remapped_row_unc"],
        &["remapped_rows.uncorrectable"],
    ),
    value(
        Metric::RemappingPending,
        Kind::Flag(|g| &mut g.remapping_pending),
        &["remapped_rows/remapped_row_pending"],
        &["remapped_rows.pending"],
    ),
    value(
        Metric::RemappingFailed,
        Kind::Flag(|g| &mut g.remapping_failed),
        &["remapped_rows/remapped_row_failure"],
        &["remapped_rows.failure"],
    ),
    value(Metric::RecoveryAction, Kind::RecoveryAction, &["gpu_recovery_action"], &["gpu_recovery_action"]),
    value(
        Metric::MigEnabled,
        Kind::Flag(|g| &mut g.mig_enabled),
        &["mig_mode/current_mig"],
        &["mig.mode.current"],
    ),
];
