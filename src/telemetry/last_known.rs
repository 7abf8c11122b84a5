//! What a GPU reported before it stopped.

use serde::{Deserialize, Serialize};

use super::{Gpu, Timestamp, wire::record};

/// The last sample in which a GPU could be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LastKnown {
    /// When it was taken.
    pub timestamp: Timestamp,
    /// The GPU then.
    pub gpu: Gpu,
}

record!(LastKnown { timestamp, gpu });
