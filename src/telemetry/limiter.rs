//! What holds a GPU's clock back.

use serde::{Deserialize, Serialize};

use super::{
    SmallMap,
    wire::{record, words},
};

/// A cause that keeps the clock below what it could be. Names follow NVML's
/// clocks event reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Limiter {
    /// Nothing to do: the clock rests. Not an alarm.
    Idle,
    /// A clock set by an application or an administrator. Not an alarm.
    ClockSetting,
    /// The power limit.
    PowerCap,
    /// Thermal slowdown by the driver.
    ThermalSoftware,
    /// Thermal slowdown by the hardware.
    ThermalHardware,
    /// The board's power brake, asserted from outside.
    PowerBrake,
    /// Hardware slowdown without a named cause.
    HardwareSlowdown,
    /// Clocks tied to the slowest GPU of a sync boost group.
    SyncBoost,
    /// Clocks tied to a display.
    Display,
    /// A cause that this version does not know.
    #[serde(other)]
    Other,
}

/// How long each limiter held the clock back, by the driver's own counters: not
/// a flag that was looked at now and then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LimiterShares {
    /// Seconds that were counted: the last 60, or as many as there have been.
    pub seconds: u32,
    /// % of that time, one decimal, by limiter; only those above 0.
    pub shares: SmallMap<Limiter, f64>,
}

words!(Limiter {
    Idle, ClockSetting, PowerCap, ThermalSoftware, ThermalHardware, PowerBrake, HardwareSlowdown, SyncBoost, Display,
} else Other);
record!(LimiterShares { seconds, shares });

impl Limiter {
    /// Whether a reader should look: resting and chosen clocks are no fault.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        !matches!(self, Self::Idle | Self::ClockSetting | Self::SyncBoost | Self::Display)
    }

    /// The words a reader sees, after "Held back: ".
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::ClockSetting => "clock set by hand",
            Self::PowerCap => "power-capped",
            Self::ThermalSoftware => "slowed by heat",
            Self::ThermalHardware => "slowed by heat (hardware)",
            Self::PowerBrake => "power brake",
            Self::HardwareSlowdown => "hardware slowdown",
            Self::SyncBoost => "sync boost",
            Self::Display => "display clocks",
            Self::Other => "unknown limiter",
        }
    }
}
