//! What the demo source plays.

use std::{fmt, str::FromStr};

use super::{asleep, faulty, idle_hog, mig, slot::Slot, throttle, unified, work};

/// A scene of simulated GPUs, chosen by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DemoScenario {
    /// Eight GPUs at work, one of them held idle, one at its power limit.
    #[default]
    Work,
    /// Heat and power hold the clocks back.
    Throttle,
    /// A GPU that does nothing and whose memory is taken.
    IdleHog,
    /// A GPU cut into MIG instances beside a whole one.
    Mig,
    /// One of eight GPUs stops answering and comes back, again and again.
    Lost,
    /// A GPU that shares the host's memory.
    Unified,
    /// A GPU at work beside one that sleeps most of the time.
    Asleep,
    /// GPUs with broken memory, half a link, or nothing to say at all.
    Faulty,
    /// No source gives a GPU.
    NoGpu,
    /// NVML fails, and nvidia-smi stands in for it.
    StandIn,
    /// Every now and then the source does not answer for a while.
    Hang,
    /// Every now and then the server takes no sockets for a while.
    Restart,
    /// GPUs at work, and nothing known of the host.
    NoHost,
}

impl DemoScenario {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Work,
        Self::Throttle,
        Self::IdleHog,
        Self::Mig,
        Self::Lost,
        Self::Unified,
        Self::Asleep,
        Self::Faulty,
        Self::NoGpu,
        Self::StandIn,
        Self::Hang,
        Self::Restart,
        Self::NoHost,
    ];

    /// Their names, in the order of [`Self::ALL`].
    pub const NAMES: [&'static str; 13] = [
        "work", "throttle", "idle-hog", "mig", "lost", "unified", "asleep", "faulty", "no-gpu", "stand-in",
        "hang", "restart", "no-host",
    ];

    /// The name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    pub(super) const fn slots(self) -> &'static [Slot] {
        match self {
            Self::Work | Self::Lost | Self::StandIn | Self::Hang | Self::Restart | Self::NoHost => {
                &work::SLOTS
            }
            Self::Throttle => &throttle::SLOTS,
            Self::IdleHog => &idle_hog::SLOTS,
            Self::Mig => &mig::SLOTS,
            Self::Unified => &unified::SLOTS,
            Self::Asleep => &asleep::SLOTS,
            Self::Faulty => &faulty::SLOTS,
            Self::NoGpu => &[],
        }
    }
}

impl fmt::Display for DemoScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for DemoScenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scenario| scenario.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownScenario { name: name.to_owned() })
    }
}

/// No scenario has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown demo scenario {name:?}, expected one of {}", DemoScenario::NAMES.join(", "))]
pub struct UnknownScenario {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for (scenario, name) in DemoScenario::ALL.into_iter().zip(DemoScenario::NAMES) {
            assert_eq!(name.to_uppercase().parse(), Ok(scenario));
            assert_eq!(scenario.to_string(), name);
        }
    }

    #[test]
    fn an_unknown_name_is_quoted_without_harm() {
        let error = "a\n\u{1b}\u{202e}".parse::<DemoScenario>().unwrap_err().to_string();
        assert!(error.starts_with(r#"unknown demo scenario "a\n\u{1b}\u{202e}", expected"#), "{error}");
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = "wrok".parse::<DemoScenario>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown demo scenario \"wrok\", expected one of work, throttle, idle-hog, mig, lost, unified, asleep, \
             faulty, no-gpu, stand-in, hang, restart, no-host"
        );
    }
}
