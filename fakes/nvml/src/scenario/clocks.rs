//! Clocks, and what held them back.

use serde::Deserialize;

use super::Metric;

/// Megahertz.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Clocks {
    pub(crate) graphics: Metric,
    pub(crate) sm: Metric,
    pub(crate) memory: Metric,
    pub(crate) video: Metric,
}

impl Default for Clocks {
    fn default() -> Self {
        Self { graphics: 1980.0.into(), sm: 1980.0.into(), memory: 3201.0.into(), video: 1545.0.into() }
    }
}

/// Nanoseconds for which each cause has held the clocks back.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ViolationNs {
    pub(crate) power: Metric,
    pub(crate) thermal: Metric,
    pub(crate) sync_boost: Metric,
    pub(crate) board_limit: Metric,
    pub(crate) low_utilization: Metric,
    pub(crate) reliability: Metric,
    pub(crate) software_thermal: Metric,
    pub(crate) hardware_thermal: Metric,
    pub(crate) power_brake: Metric,
}

impl Default for ViolationNs {
    fn default() -> Self {
        Self {
            power: 0.0.into(),
            thermal: 0.0.into(),
            sync_boost: 0.0.into(),
            board_limit: 0.0.into(),
            low_utilization: 0.0.into(),
            reliability: 0.0.into(),
            software_thermal: 0.0.into(),
            hardware_thermal: 0.0.into(),
            power_brake: 0.0.into(),
        }
    }
}
