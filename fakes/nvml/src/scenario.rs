//! The scenario file.

mod clocks;
mod ecc;
mod given;
mod gpu;
mod maybe;
mod memory;
mod mig;
mod nvlink;
mod pcie;
mod process;
mod thermal;
mod timing;
mod usage;

use std::collections::BTreeMap;

use serde::Deserialize;

use self::timing::{CountAt, Init};
use crate::value::Value;

pub(crate) use self::clocks::{Clocks, ViolationNs};
pub(crate) use self::ecc::{Ecc, RemappedRows, RetiredPages};
pub(crate) use self::given::Given;
pub(crate) use self::gpu::Gpu;
pub(crate) use self::maybe::{Maybe, Metric};
pub(crate) use self::memory::{Bar1, Memory};
pub(crate) use self::mig::{Instance, Mig};
pub(crate) use self::nvlink::NvLink;
pub(crate) use self::pcie::Pcie;
pub(crate) use self::process::{Context, Process};
pub(crate) use self::thermal::Thresholds;
pub(crate) use self::timing::Event;
pub(crate) use self::usage::Utilization;

/// Numbers by the name of an NVML function.
pub(crate) type PerSymbol = BTreeMap<String, Metric>;

/// A machine, as NVML shows it. Whatever the file leaves out is healthy.
///
/// A key that is not known is an error: a typing mistake that were ignored would
/// make a test pass for the wrong reason.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) driver_version: String,
    pub(crate) nvml_version: String,
    pub(crate) cuda_version: Metric,
    pub(crate) init: Init,
    pub(crate) no_memory_v2: bool,
    pub(crate) layout535: bool,
    gpu_count: Option<usize>,
    gpu_count_at: Vec<CountAt>,
    pub(crate) gpus: Vec<Gpu>,
    pub(crate) errors: PerSymbol,
    pub(crate) delays_ms: PerSymbol,
    /// What GPUs beyond an empty list are clones of.
    #[serde(skip)]
    spare: Gpu,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            driver_version: "580.65.06".into(),
            nvml_version: "13.580.65".into(),
            cuda_version: 13_000.0.into(),
            init: Init::default(),
            no_memory_v2: false,
            layout535: false,
            gpu_count: None,
            gpu_count_at: Vec::new(),
            gpus: vec![Gpu::default(), Gpu::default()],
            errors: PerSymbol::new(),
            delays_ms: PerSymbol::new(),
            spare: Gpu::default(),
        }
    }
}

impl Scenario {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let mut scenario: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        scenario.gpu_count_at.sort_by(|one, other| one.at.total_cmp(&other.at));
        Ok(scenario)
    }

    /// How many GPUs there are at a time. Handles count them in 16 bits.
    pub(crate) fn gpu_count(&self, time: f64) -> usize {
        let changed = self.gpu_count_at.iter().rfind(|change| change.at <= time);
        let count = changed.map(|change| change.count).or(self.gpu_count);
        count.unwrap_or(self.gpus.len()).min(1 << 15)
    }

    /// A GPU, or for one beyond the list the last one.
    pub(crate) fn gpu(&self, index: usize) -> &Gpu {
        self.gpus.get(index).or(self.gpus.last()).unwrap_or(&self.spare)
    }
}

impl From<f64> for Metric {
    fn from(number: f64) -> Self {
        Self::some(Value::Fixed(number))
    }
}

#[cfg(test)]
mod tests;
