//! A scene of the demo, as far as the server plays a part in it.

use std::time::{Duration, Instant};

use crate::{collect::DemoScenario, telemetry::Demo};

/// In the scene of restarts: how long sockets are served,
const UP: Duration = Duration::from_secs(20);
/// and how long they are not then.
const DOWN: Duration = Duration::from_secs(20);

/// A scene that is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Which one.
    pub scenario: DemoScenario,
    /// When it began.
    pub since: Instant,
}

/// Whether sockets are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sockets {
    /// For this much longer; `None`: to the end of the scene.
    Up(Option<Duration>),
    /// Not, for this much longer.
    Down(Duration),
}

impl Scene {
    /// What clients are told of it.
    #[must_use]
    pub(super) fn told(self) -> Demo {
        let scenarios = DemoScenario::NAMES.map(str::to_owned).into();
        Demo { scenario: self.scenario.name().to_owned(), scenarios }
    }

    /// Whether sockets are served at `now`.
    pub(super) fn sockets(self, now: Instant) -> Sockets {
        if self.scenario != DemoScenario::Restart {
            return Sockets::Up(None);
        }
        let passed = now.saturating_duration_since(self.since).as_nanos();
        let into = Duration::from_nanos(u64::try_from(passed % (UP + DOWN).as_nanos()).unwrap_or_default());
        match UP.checked_sub(into) {
            Some(left) if !left.is_zero() => Sockets::Up(Some(left)),
            _ => Sockets::Down((UP + DOWN).saturating_sub(into)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_comes_again_and_again_and_in_its_scene_only() {
        let since = Instant::now();
        let seconds = Duration::from_secs;
        let at = |scenario, passed| Scene { scenario, since }.sockets(since + seconds(passed));
        for (passed, sockets) in [
            (0, Sockets::Up(Some(seconds(20)))),
            (19, Sockets::Up(Some(seconds(1)))),
            (20, Sockets::Down(seconds(20))),
            (39, Sockets::Down(seconds(1))),
            (40, Sockets::Up(Some(seconds(20)))),
        ] {
            assert_eq!(at(DemoScenario::Restart, passed), sockets, "{passed} s");
        }
        assert_eq!(at(DemoScenario::Work, 20), Sockets::Up(None));
    }
}
