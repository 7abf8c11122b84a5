//! The PCI Express link.

use serde::Deserialize;

use super::Metric;

/// Link generation and width, and the traffic in each direction.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Pcie {
    #[serde(rename = "gen")]
    pub(crate) generation: Metric,
    #[serde(rename = "genMax")]
    pub(crate) generation_max: Metric,
    pub(crate) width: Metric,
    pub(crate) width_max: Metric,
    pub(crate) tx_k_bps: Metric,
    pub(crate) rx_k_bps: Metric,
    pub(crate) replay: Metric,
}

impl Default for Pcie {
    fn default() -> Self {
        Self {
            generation: 5.0.into(),
            generation_max: 5.0.into(),
            width: 16.0.into(),
            width_max: 16.0.into(),
            tx_k_bps: 52_000.0.into(),
            rx_k_bps: 31_000.0.into(),
            replay: 0.0.into(),
        }
    }
}
