//! One sample of the whole machine: the type that crosses every border.

use serde::{Deserialize, Serialize};

use super::{
    Attempt, Event, Gpu, History, Host, Provider, Timestamp,
    wire::{self, record},
};

/// What a client must know about the server once per connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// Version of the server; a page of another version loads itself anew.
    pub version: String,
    /// Milliseconds between two samples.
    pub poll_interval_ms: u64,
    /// The telemetry source is set by the operator: no other one is tried.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
    /// What the demo plays; `None` where the GPUs are real.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo: Option<Demo>,
}

/// What the demo plays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demo {
    /// The scene, by its name in the configuration.
    pub scenario: String,
    /// All scenes there are.
    pub scenarios: Vec<String>,
}

/// One sample, and one message of the socket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// When it was taken, by the server's clock.
    pub timestamp: Timestamp,
    /// Since when samples have come without a gap. A sample that is not sent
    /// (nothing changed, or the rate is capped) makes no gap.
    #[serde(default)]
    pub continuous_since: Timestamp,
    /// The source of `gpus`; `None` while none answers.
    #[serde(default)]
    pub provider: Option<Provider>,
    /// The GPUs are invented.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// In the source's order.
    pub gpus: Vec<Gpu>,
    /// `None` where host metrics are switched off.
    pub system: Option<Host>,
    /// Sources that were tried and gave nothing, better ones first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Attempt>,
    /// What happened lately, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Only in the first message to a client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerInfo>,
    /// The last minute; only in the first message to a client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
}

record!(ServerInfo { version, poll_interval_ms, forced or blank, demo });
record!(Demo { scenario, scenarios });
record!(Snapshot {
    timestamp, continuous_since or blank, provider, simulated or blank, gpus, system, sources or blank,
    events or blank, server, history,
});

impl Snapshot {
    /// What a message says; `None` where it is not understood. The way of the client,
    /// which has no room for what serde derives.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        wire::read(text)
    }

    /// Whether a reader of `other` learns nothing from `self` but that time went by.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        // Compared in place: this runs at every sample, with up to 64 GPUs.
        self.gpus == other.gpus
            && self.system == other.system
            && self.provider == other.provider
            && self.continuous_since == other.continuous_since
            && self.sources == other.sources
            && self.events == other.events
            && self.simulated == other.simulated
    }
}
