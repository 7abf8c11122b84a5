//! The parser by itself, so that it can be measured.

use super::{listing, version::Version};
use crate::telemetry::Gpu;

/// Reads a listing of nvtop 3.3.2; `None` for what is none.
pub fn nvtop(listing: &[u8]) -> Option<Vec<Gpu>> {
    listing::parse(listing, Version(3, 3, 2)).ok()
}
