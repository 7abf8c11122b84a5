//! Temperature limits.

use serde::Deserialize;

use super::Metric;

/// Degrees Celsius at which the GPU takes each measure.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Thresholds {
    pub(crate) shutdown: Metric,
    pub(crate) slowdown: Metric,
    pub(crate) memory_max: Metric,
    pub(crate) gpu_max: Metric,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { shutdown: 95.0.into(), slowdown: 92.0.into(), memory_max: 105.0.into(), gpu_max: 87.0.into() }
    }
}
