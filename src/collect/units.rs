//! From the units of drivers to those of the vocabulary.

/// Bytes as MiB with two decimals.
pub(super) fn mib(bytes: u64) -> f64 {
    rounded(bytes, 1_048_576.0, 100.0)
}

/// Milliwatts as watts with one decimal.
pub(super) fn watts(milliwatts: u32) -> f64 {
    rounded(milliwatts.into(), 1000.0, 10.0)
}

/// Millijoules as joules with three decimals.
pub(super) fn joules(millijoules: u64) -> f64 {
    rounded(millijoules, 1000.0, 1000.0)
}

// Exact up to 2^53, which is 8 PiB, and beyond it exact enough.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn rounded(amount: u64, per_unit: f64, precision: f64) -> f64 {
    (amount as f64 / per_unit * precision).round() / precision
}
