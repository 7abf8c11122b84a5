//! How busy the GPU is.

use serde::Deserialize;

use super::Metric;

/// Percent of the time in which a kernel ran, and in which memory was accessed.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Utilization {
    pub(crate) gpu: Metric,
    pub(crate) memory: Metric,
}

impl Default for Utilization {
    fn default() -> Self {
        Self { gpu: 42.0.into(), memory: 17.0.into() }
    }
}
