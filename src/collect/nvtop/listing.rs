//! One listing.

use serde_json::Value;

use super::{Malformed, failure::TOO_LONG, gpu, repair, version::Version};
use crate::telemetry::Gpu;

/// No machine has more.
const MOST_GPUS: usize = 1024;

/// The GPUs of a listing, in its order.
///
/// # Errors
/// When it is no listing, or not a whole one. What is wrong with a value costs
/// that value.
pub(super) fn parse(listing: &[u8], version: Version) -> Result<Vec<Gpu>, Malformed> {
    let text = repair::clean(listing);
    let listed: Value = serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&repair::repaired(&text)))
        .map_err(|_| Malformed("is no JSON"))?;
    let Value::Array(devices) = listed else { return Err(Malformed("is not a list of GPUs")) };
    if devices.len() > MOST_GPUS {
        return Err(TOO_LONG);
    }
    (0..)
        .zip(&devices)
        .map(|(id, device)| match device {
            Value::Object(_) => Ok(gpu::read(id, device, version)),
            _ => Err(Malformed("is not a list of GPUs")),
        })
        .collect()
}
