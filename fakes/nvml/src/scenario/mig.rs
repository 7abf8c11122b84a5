//! A GPU split into instances.

use serde::Deserialize;

use super::{Given, Maybe, Memory, Metric};

/// The split, now and after the next reset.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Mig {
    pub(crate) current: Metric,
    pub(crate) pending: Metric,
    pub(crate) max: Metric,
    pub(crate) instances: Vec<Instance>,
    /// What the whole GPU answers when asked for its processes; its instances do answer.
    pub(crate) parent_refuses: Option<u32>,
}

impl Default for Mig {
    /// What an object in the file starts from: split, since why else write it.
    fn default() -> Self {
        Self {
            current: 1.0.into(),
            pending: 1.0.into(),
            max: 7.0.into(),
            instances: Vec::new(),
            parent_refuses: None,
        }
    }
}

impl Mig {
    /// A GPU that could be split and is not.
    pub(crate) fn off() -> Self {
        Self { current: 0.0.into(), pending: 0.0.into(), ..Self::default() }
    }

    pub(crate) fn is_on(&self, time: f64) -> bool {
        self.current.is_true(time).unwrap_or(false)
    }

    /// The instance of an index: there may be gaps.
    pub(crate) fn instance(&self, index: u32, time: f64) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.index == index).filter(|_| self.is_on(time))
    }
}

/// A MIG device.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Instance {
    pub(crate) index: u32,
    pub(crate) uuid: Given<String>,
    pub(crate) name: String,
    pub(crate) gi: u32,
    pub(crate) ci: u32,
    pub(crate) memory: Memory,
    pub(crate) attributes: Maybe<Attributes>,
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            index: 0,
            uuid: Given::Absent,
            name: "NVIDIA H200 MIG 1g.18gb".into(),
            gi: 0,
            ci: 0,
            memory: Memory { total: 16_384.0.into(), used: 16.0.into(), reserved: 0.0.into() },
            attributes: Maybe::some(Attributes::default()),
        }
    }
}

/// What an instance has of the GPU's units.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attributes {
    pub(crate) multiprocessors: u32,
    pub(crate) copy_engines: u32,
    pub(crate) decoders: u32,
    pub(crate) encoders: u32,
    pub(crate) jpeg: u32,
    pub(crate) ofa: u32,
    pub(crate) gpu_slices: u32,
    pub(crate) compute_slices: u32,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            multiprocessors: 16,
            copy_engines: 1,
            decoders: 1,
            encoders: 0,
            jpeg: 1,
            ofa: 0,
            gpu_slices: 1,
            compute_slices: 1,
        }
    }
}
