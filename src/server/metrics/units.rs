//! Values in Prometheus' base units.
//! Source: <https://prometheus.io/docs/practices/naming/#base-units>

use prometheus_client::registry::Unit;

/// Shares are from 0 to 1; the unit's name is in the singular.
pub(super) fn ratio() -> Unit {
    Unit::Other("ratio".to_owned())
}

/// 1 or 0.
pub(super) const fn flag(on: bool) -> f64 {
    if on { 1.0 } else { 0.0 }
}

/// A count or a number of bytes.
#[expect(clippy::cast_precision_loss, reason = "nothing that is counted here comes near 2^53")]
pub(super) const fn number(count: u64) -> f64 {
    count as f64
}

/// % as a ratio.
pub(super) fn percent(value: Option<u32>) -> Option<f64> {
    value.map(|percent| f64::from(percent) / 100.0)
}

/// MiB as bytes.
pub(super) fn mebibytes(value: Option<f64>) -> Option<f64> {
    value.map(|mib| (mib * 1_048_576.0).round())
}
