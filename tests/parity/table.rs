//! Which source serves which value, and how it rounds. docs/SOURCES.md has the same
//! table for people.

use gpu_observatory::telemetry::Metric;

/// How a value may differ from NVML's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    Same,
    /// Whole MiB, rounded up.
    MibUp,
    /// Hundredths of a watt before ours, so that a tenth may be off.
    Tenth,
    /// Whole watts, the rest cut off.
    WattsDown,
    /// Counts what the driver keeps for itself.
    WithReserved,
    /// At most 100.
    AtMost100,
    /// Counted over another time.
    OtherTime,
}
use Rounding::{AtMost100, MibUp, OtherTime, Same, Tenth, WattsDown, WithReserved};

impl Rounding {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Same => "yes",
            MibUp => "whole MiB, rounded up",
            Tenth => "may be 0.1 W off",
            WattsDown => "whole W, cut off",
            WithReserved => "counts the reserved as used",
            AtMost100 => "at most 100 %",
            OtherTime => "over another time",
        }
    }
}

/// A value, and what nvidia-smi and nvtop make of it.
pub(crate) type Row = (Metric, Option<Rounding>, Option<Rounding>);

pub(crate) const TABLE: &[Row] = &[
    (Metric::Name, Some(Same), Some(Same)),
    (Metric::Uuid, Some(Same), None),
    (Metric::PciBusId, Some(Same), None),
    (Metric::DriverVersion, Some(Same), None),
    (Metric::CudaVersion, Some(Same), None),
    (Metric::Utilization, Some(Same), Some(Same)),
    (Metric::MemoryUsed, Some(MibUp), Some(WithReserved)),
    (Metric::MemoryTotal, Some(MibUp), Some(Same)),
    (Metric::MemoryFree, Some(MibUp), Some(Same)),
    (Metric::MemoryReserved, Some(MibUp), None),
    (Metric::MemoryUtilization, Some(Same), None),
    (Metric::Temperature, Some(Same), Some(Same)),
    (Metric::MemoryTemperature, Some(Same), None),
    (Metric::TemperatureSlowdown, Some(Same), None),
    (Metric::TemperatureShutdown, Some(Same), None),
    (Metric::PowerUsage, Some(Tenth), Some(WattsDown)),
    (Metric::PowerLimit, Some(Tenth), None),
    (Metric::PowerLimitDefault, Some(Tenth), None),
    (Metric::PowerLimitMax, Some(Tenth), None),
    (Metric::Energy, None, None),
    (Metric::FanSpeed, Some(Same), Some(AtMost100)),
    (Metric::EncoderUtilization, Some(Same), Some(Same)),
    (Metric::DecoderUtilization, Some(Same), Some(Same)),
    (Metric::JpegUtilization, Some(Same), None),
    (Metric::OfaUtilization, Some(Same), None),
    (Metric::ClockGraphics, Some(Same), Some(Same)),
    (Metric::ClockSm, Some(Same), None),
    (Metric::ClockMemory, Some(Same), Some(Same)),
    (Metric::ClockVideo, Some(Same), None),
    (Metric::ClockGraphicsMax, Some(Same), None),
    (Metric::ClockSmMax, Some(Same), None),
    (Metric::ClockMemoryMax, Some(Same), None),
    (Metric::PerformanceState, Some(Same), None),
    (Metric::Limiters, Some(Same), None),
    (Metric::LimiterShares, Some(OtherTime), None),
    (Metric::PcieGeneration, Some(Same), None),
    (Metric::PcieGenerationMax, Some(Same), None),
    (Metric::PcieWidth, Some(Same), None),
    (Metric::PcieWidthMax, Some(Same), None),
    (Metric::PcieReplays, Some(Same), None),
    (Metric::PcieTx, Some(OtherTime), None),
    (Metric::PcieRx, Some(OtherTime), None),
    (Metric::NvlinksActive, None, None),
    (Metric::EccEnabled, Some(Same), None),
    (Metric::EccCorrected, Some(Same), None),
    (Metric::EccUncorrected, Some(Same), None),
    (Metric::RemappedRows, Some(Same), None),
    (Metric::RemappingPending, Some(Same), None),
    (Metric::RemappingFailed, Some(Same), None),
    (Metric::RecoveryAction, Some(Same), None),
    (Metric::MigEnabled, Some(Same), None),
];

/// The name on the wire.
pub(crate) fn name(metric: Metric) -> String {
    serde_json::to_value(metric).unwrap().as_str().unwrap().to_owned()
}
