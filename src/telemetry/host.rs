//! The machine around the GPUs.

use serde::{Deserialize, Serialize};

use super::wire::record;

/// Host metrics. `None` where the operating system does not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Host {
    /// % over all processors; `None` until there are two samples.
    pub cpu_usage: Option<f64>,
    /// % of memory that is not available to new programs.
    pub memory_usage: Option<f64>,
    /// Bytes.
    pub memory_used: Option<u64>,
    /// Bytes.
    pub memory_total: Option<u64>,
    /// Over 1, 5 and 15 minutes.
    pub load_average: Option<[f64; 3]>,
    /// Seconds since boot.
    pub uptime: Option<u64>,
    /// The same under the name that the first version of this format used.
    pub uptime_seconds: Option<u64>,
    /// Name of the machine.
    pub hostname: Option<String>,
    /// Bytes used on `/`.
    pub disk_used: Option<u64>,
    /// Bytes in all on `/`.
    pub disk_total: Option<u64>,
}

record!(Host {
    cpu_usage,
    memory_usage,
    memory_used,
    memory_total,
    load_average,
    uptime,
    uptime_seconds,
    hostname,
    disk_used,
    disk_total,
});
