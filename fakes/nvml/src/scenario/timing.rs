//! What happens when.

use serde::Deserialize;

use super::Metric;
use crate::codes::Outcome;

/// How initialising goes.
#[derive(Deserialize, Debug, Default)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Init {
    error: Metric,
    pub(crate) delay_ms: u64,
    until_seconds: Option<f64>,
}

impl Init {
    /// The error, while it lasts.
    pub(crate) fn check(&self, time: f64) -> Outcome<()> {
        let over = self.until_seconds.is_some_and(|until| time >= until);
        match self.error.u32(time) {
            Ok(code) if code != 0 && !over => Err(code),
            _ => Ok(()),
        }
    }
}

/// How many GPUs there are from a time on.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountAt {
    pub(crate) at: f64,
    pub(crate) count: usize,
}

/// An XID error.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    /// When; without it, as soon as somebody listens.
    pub(crate) at: Option<f64>,
    pub(crate) xid: u64,
    pub(crate) gi: Option<u32>,
    pub(crate) ci: Option<u32>,
    /// How often; without it, once.
    pub(crate) times: Option<u32>,
}
