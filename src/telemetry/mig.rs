//! MIG instances: one GPU cut into several.

use serde::{Deserialize, Serialize};

use super::wire::record;

/// One MIG compute instance. Memory belongs to its GPU instance, so instances
/// with the same `gpu_instance` share the same figures: do not add them up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MigInstance {
    /// The driver's index of the MIG device on its GPU; may have holes.
    pub index: u32,
    /// `MIG-…`
    pub uuid: Option<String>,
    /// Full name with its profile, "NVIDIA H200 MIG 1g.18gb".
    pub name: Option<String>,
    /// GPU instance id.
    pub gpu_instance: Option<u32>,
    /// Compute instance id.
    pub compute_instance: Option<u32>,
    /// MiB in use.
    pub memory_used: Option<f64>,
    /// MiB in all.
    pub memory_total: Option<f64>,
}

record!(MigInstance { index, uuid, name, gpu_instance, compute_instance, memory_used, memory_total });
