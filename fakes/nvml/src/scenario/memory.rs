//! Memory.

use serde::Deserialize;

use super::Metric;
use crate::codes::Outcome;

/// Frame buffer. Free is what neither the driver has reserved nor anybody uses.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Memory {
    #[serde(rename = "totalMiB")]
    pub(crate) total: Metric,
    #[serde(rename = "usedMiB")]
    pub(crate) used: Metric,
    #[serde(rename = "reservedMiB")]
    pub(crate) reserved: Metric,
}

impl Default for Memory {
    fn default() -> Self {
        Self { total: 143_771.0.into(), used: 24_576.0.into(), reserved: 602.0.into() }
    }
}

/// The window through which the processor sees the frame buffer.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Bar1 {
    #[serde(rename = "totalMiB")]
    pub(crate) total: Metric,
    #[serde(rename = "usedMiB")]
    pub(crate) used: Metric,
}

impl Default for Bar1 {
    fn default() -> Self {
        Self { total: 262_144.0.into(), used: 5.0.into() }
    }
}

impl Memory {
    /// Total, reserved, free and used bytes.
    pub(crate) fn bytes(&self, time: f64) -> Outcome<(u64, u64, u64, u64)> {
        let total = self.total.bytes(time)?;
        let reserved = self.reserved.bytes(time)?;
        let used = self.used.bytes(time)?;
        Ok((total, reserved, total.saturating_sub(reserved).saturating_sub(used), used))
    }
}
