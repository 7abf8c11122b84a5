//! The links between GPUs.

use serde::Deserialize;

use super::Metric;

/// Links, all alike but for those that are down.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NvLink {
    pub(crate) links: u32,
    active: Metric,
    /// Links that are down while the others are up.
    inactive: Vec<u32>,
    /// A `nvmlNvlinkVersion_t`, of which 6 is `NVLink` 4.0.
    pub(crate) version: Metric,
    /// What each error counter of each link shows.
    pub(crate) errors: Metric,
    /// Traffic of each link, in KiB/s.
    pub(crate) tx_ki_bps: Metric,
    pub(crate) rx_ki_bps: Metric,
}

impl Default for NvLink {
    fn default() -> Self {
        Self {
            links: 18,
            active: 1.0.into(),
            inactive: Vec::new(),
            version: 6.0.into(),
            errors: 0.0.into(),
            tx_ki_bps: 120_000.0.into(),
            rx_ki_bps: 110_000.0.into(),
        }
    }
}

impl NvLink {
    pub(crate) fn is_active(&self, link: u32, time: f64) -> bool {
        self.active.is_true(time).unwrap_or(false) && !self.inactive.contains(&link)
    }
}
