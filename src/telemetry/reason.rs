//! Why a value is missing.

use serde::{Deserialize, Serialize};

use super::{SmallMap, wire::words};

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// The device or its driver has no such value.
    NotSupported,
    /// The source in use does not report this value; another one may.
    NotReported,
    /// The driver or the operating system refused.
    NoPermission,
    /// The device does not answer any more.
    Lost,
    /// The device sleeps and is not woken for a reading.
    Asleep,
    /// With MIG on, the whole device does not have this value.
    HiddenByMig,
    /// The process lives in a PID namespace that the server cannot see.
    NeedsHostPid,
    /// The operator of the server does not want it to be told.
    Hidden,
    /// The value needs two samples and there is only one so far.
    Pending,
    /// The driver did not answer in time.
    Timeout,
    /// It was not kept for an instant that lies back: the page was opened later. Never
    /// on the wire.
    #[serde(skip)]
    NotKept,
    /// Reading failed in another way. Also what a client makes of a reason that
    /// it does not know.
    #[serde(other)]
    Error,
}

words!(Reason {
    NotSupported, NotReported, NoPermission, Lost, Asleep, HiddenByMig, NeedsHostPid, Hidden, Pending,
    Timeout,
} never NotKept else Error);

impl Reason {
    /// The words a reader sees.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotSupported => "not supported by this device or driver",
            Self::NotReported => "not reported by this telemetry source",
            Self::NoPermission => "no permission to read it",
            Self::Lost => "the device does not answer",
            Self::Asleep => "the device is asleep",
            Self::HiddenByMig => "hidden while MIG is on",
            Self::NeedsHostPid => {
                "the process is in another PID namespace; start the container with --pid=host"
            }
            Self::Hidden => "hidden by whoever runs this dashboard",
            Self::Pending => "needs a second sample",
            Self::Timeout => "the driver did not answer in time",
            Self::NotKept => "not kept for this instant: the page was opened later",
            Self::Error => "reading failed",
        }
    }
}

/// The missing values of one thing, each with its reason. A metric is in here
/// exactly when its value is `null`.
pub type Unavailable<M> = SmallMap<M, Reason>;

/// The value of a reading; where it has none, the reason is noted for `metric`.
pub(super) fn noted<M: Ord, T>(
    reading: Result<T, Reason>,
    metric: M,
    unavailable: &mut Unavailable<M>,
) -> Option<T> {
    match reading {
        Ok(value) => {
            unavailable.remove(&metric);
            Some(value)
        }
        Err(reason) => {
            unavailable.insert(metric, reason);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_from_a_newer_server_is_an_error() {
        assert_eq!(serde_json::from_str::<Reason>(r#""eclipsed""#).unwrap(), Reason::Error);
        assert_eq!(serde_json::to_string(&Reason::NeedsHostPid).unwrap(), r#""needsHostPid""#);
    }
}
