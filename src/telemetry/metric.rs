//! The names of the values a reader may miss.

use serde::{Deserialize, Serialize};

use super::wire::words;

pub use super::gpu::Metric;

/// A value of a process that can be missing, by its name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProcessMetric {
    /// Short name.
    Name,
    /// Whole command line.
    Command,
    /// Owner.
    User,
    /// GPU memory.
    #[serde(rename = "usedMemoryMiB")]
    UsedMemory,
    /// Share of the multiprocessors' time.
    SmUtilization,
    /// A value that this version does not know.
    #[serde(other)]
    Other,
}

words!(ProcessMetric { Name, Command, User, UsedMemory as "usedMemoryMiB", SmUtilization } else Other);
