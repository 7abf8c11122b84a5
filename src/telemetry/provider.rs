//! Where telemetry comes from.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::wire::{record, words};

/// A telemetry source, by the name it has in the configuration and in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The driver's own library, `libnvidia-ml.so.1`.
    Nvml,
    /// The driver's command line tool.
    NvidiaSmi,
    /// nvtop's snapshots.
    Nvtop,
    /// Simulated GPUs.
    Demo,
}

words!(Provider { Nvml, NvidiaSmi as "nvidia_smi", Nvtop, Demo });

impl Provider {
    /// The name in configuration and API.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Nvml => "nvml",
            Self::NvidiaSmi => "nvidia_smi",
            Self::Nvtop => "nvtop",
            Self::Demo => "demo",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nvml => "NVML",
            Self::NvidiaSmi => "nvidia-smi",
            Self::Nvtop => "nvtop",
            Self::Demo => "demo",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A source that was tried and did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Which source.
    pub provider: Provider,
    /// Why it gave nothing, one sentence.
    pub reason: String,
    /// What the reader can do about it, one sentence; empty where nothing helps.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// It is not installed on this machine, so nobody misses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
}

record!(Attempt { provider, reason, hint or blank, absent or blank });
