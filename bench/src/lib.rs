//! What the load generator and the driver of the measurements have in common.

pub mod fake;
pub mod limits;
pub mod meter;
pub mod statistics;
