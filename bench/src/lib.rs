//! What the load generator and the driver of the measurements have in common.

pub mod limits;
pub mod meter;
