//! Memory errors.

use serde::Deserialize;

use super::Metric;

/// Error counts, since the driver was loaded and since ever.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ecc {
    pub(crate) enabled: Metric,
    pub(crate) volatile_corrected: Metric,
    pub(crate) volatile_uncorrected: Metric,
    pub(crate) aggregate_corrected: Metric,
    pub(crate) aggregate_uncorrected: Metric,
}

impl Default for Ecc {
    fn default() -> Self {
        Self {
            enabled: 1.0.into(),
            volatile_corrected: 0.0.into(),
            volatile_uncorrected: 0.0.into(),
            aggregate_corrected: 0.0.into(),
            aggregate_uncorrected: 0.0.into(),
        }
    }
}

/// Rows of memory that spare ones stand in for.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RemappedRows {
    pub(crate) correctable: Metric,
    pub(crate) uncorrectable: Metric,
    pub(crate) pending: Metric,
    pub(crate) failure: Metric,
}

impl Default for RemappedRows {
    fn default() -> Self {
        Self { correctable: 0.0.into(), uncorrectable: 0.0.into(), pending: 0.0.into(), failure: 0.0.into() }
    }
}

/// Pages taken out of use, on GPUs before Ampere.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RetiredPages {
    pub(crate) single_bit: Metric,
    pub(crate) double_bit: Metric,
    pub(crate) pending: Metric,
}

impl Default for RetiredPages {
    fn default() -> Self {
        Self { single_bit: 0.0.into(), double_bit: 0.0.into(), pending: 0.0.into() }
    }
}
