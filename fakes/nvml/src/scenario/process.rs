//! Who uses the GPU.

use serde::Deserialize;

use super::Metric;

/// Which of NVML's lists a process is in.
#[derive(Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Context {
    Compute,
    Graphics,
    Both,
    Mps,
}

/// A process. Without any of the four utilisations it has no sample.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    /// Its name, for NVML's look-up of names. Usually the host's own table is asked.
    pub(crate) name: Option<String>,
    #[serde(rename = "type")]
    context: Context,
    pub(crate) memory_mi_b: Metric,
    pub(crate) sm: Metric,
    pub(crate) mem: Metric,
    pub(crate) enc: Metric,
    pub(crate) dec: Metric,
    pub(crate) gi: Option<u32>,
    pub(crate) ci: Option<u32>,
    from: f64,
    until: Option<f64>,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            pid: 0,
            name: None,
            context: Context::Compute,
            memory_mi_b: 512.0.into(),
            sm: Metric::NONE,
            mem: Metric::NONE,
            enc: Metric::NONE,
            dec: Metric::NONE,
            gi: None,
            ci: None,
            from: 0.0,
            until: None,
        }
    }
}

impl Process {
    pub(crate) fn runs(&self, time: f64) -> bool {
        self.from <= time && self.until.is_none_or(|until| time < until)
    }

    /// Whether it is in the list of one kind of context.
    pub(crate) fn is_in(&self, list: Context) -> bool {
        let both = self.context == Context::Both && list != Context::Mps;
        self.context == list || both
    }

    /// Whether it runs on a GPU or, given its ids, on one MIG device of it.
    pub(crate) fn is_on(&self, instance: Option<(u32, u32)>) -> bool {
        instance.is_none_or(|(gi, ci)| self.gi == Some(gi) && self.ci.is_none_or(|own| own == ci))
    }
}
