//! Things that happened to a GPU or to the telemetry itself.

use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    wire::{record, words},
};

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A GPU appeared.
    Added,
    /// A GPU is no longer listed by the driver.
    Removed,
    /// A GPU stopped answering.
    Lost,
    /// A GPU answers again.
    Recovered,
    /// A GPU went to sleep.
    Asleep,
    /// A GPU woke up.
    Awake,
    /// The driver reported an XID error.
    Xid,
    /// A GPU was split into MIG instances, or made whole, or split anew.
    Mig,
    /// The telemetry source changed, failed or came back.
    Source,
    /// Anything a newer server may announce.
    #[serde(other)]
    Other,
}

words!(EventKind { Added, Removed, Lost, Recovered, Asleep, Awake, Xid, Mig, Source } else Other);

/// Something that happened, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was noticed.
    pub time: Timestamp,
    /// The GPU's key, where the event belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<String>,
    /// Its kind.
    pub kind: EventKind,
    /// The driver's number of the error, where it is an XID error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xid: Option<u32>,
    /// The sentence a reader sees.
    pub text: String,
}

record!(Event { time, gpu, kind, xid, text });
