//! The messages of the last minute as they came in. Pure.

use crate::telemetry::{Snapshot, WINDOW_MS};

/// Milliseconds between two messages that are kept.
const STEP_MS: u64 = 1000;

/// The text of whole samples, one a second and always the newest: 62 at most, however
/// often samples come. Texts, because they are smaller than what they say, cost nothing
/// to keep, and are what an export hands out.
#[derive(Debug, Default)]
pub(crate) struct Tape(Vec<(u64, String)>);

impl Tape {
    /// Keeps the message with the sample of this time, in milliseconds since 1970.
    pub(crate) fn push(&mut self, time: u64, text: String) {
        match self.0.last() {
            // The clock was set back: the history starts anew as well.
            Some((last, _)) if time < *last => self.0.clear(),
            Some((last, _)) if time == *last => return,
            _ => {}
        }
        // The newest before this one was kept for being the newest only.
        if let [.., (before, _), (last, _)] = &self.0[..]
            && *last - *before < STEP_MS
        {
            self.0.pop();
        }
        self.0.push((time, text));
        let oldest = time.saturating_sub(WINDOW_MS);
        self.0.retain(|(time, _)| *time >= oldest);
    }

    /// Adds what came in later.
    pub(crate) fn extend(&mut self, later: Self) {
        for (time, text) in later.0 {
            self.push(time, text);
        }
    }

    /// The times of what is kept, rising.
    pub(crate) fn times(&self) -> Vec<u64> {
        self.0.iter().map(|(time, _)| *time).collect()
    }

    /// The messages, oldest first.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, text)| text.as_str())
    }

    /// The sample of this very time, where it is kept.
    pub(crate) fn at(&self, time: u64) -> Option<Snapshot> {
        let (_, text) = self.0.iter().find(|(kept, _)| *kept == time)?;
        read(text)
    }

    /// The newest sample.
    pub(crate) fn newest(&self) -> Option<Snapshot> {
        read(&self.0.last()?.1)
    }
}

/// A message that was understood when it came in is understood again.
pub(crate) fn read(text: &str) -> Option<Snapshot> {
    Snapshot::read(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(times: impl IntoIterator<Item = u64>) -> Tape {
        let mut tape = Tape::default();
        for time in times {
            tape.push(time, time.to_string());
        }
        tape
    }

    #[test]
    fn one_a_second_is_kept_and_always_the_newest() {
        assert_eq!(tape((0..=25).map(|n| n * 100)).times(), [0, 1000, 2000, 2500]);
        assert_eq!(tape([0, 7000, 14_000]).times(), [0, 7000, 14_000]);
    }

    #[test]
    fn it_stays_small_at_any_rate() {
        for interval in [33, 100, 1000, 5000] {
            let tape = tape((0..4000).map(|n| n * interval));
            let times = tape.times();
            assert!(times.len() <= 62, "{} at {interval}", times.len());
            assert!(times[0] >= 3999 * interval - WINDOW_MS);
            assert_eq!(times.len(), tape.texts().count());
        }
    }

    #[test]
    fn the_same_time_again_is_nothing_and_an_earlier_one_starts_anew() {
        assert_eq!(tape([5000, 5000]).times(), [5000]);
        assert_eq!(tape([5000, 6000, 2000, 2100]).times(), [2000, 2100]);
    }

    #[test]
    fn what_came_in_meanwhile_is_added() {
        let mut first = tape([1000, 1500]);
        first.extend(tape([1600, 2100]));
        assert_eq!(first.times(), [1000, 2100]);
    }

    #[test]
    fn a_sample_is_read_back() {
        let mut tape = Tape::default();
        let at = |millis| Snapshot {
            timestamp: crate::telemetry::Timestamp::from_millis(millis),
            ..Snapshot::default()
        };
        tape.push(1000, serde_json::to_string(&at(1000)).unwrap());
        assert_eq!((tape.at(1000), tape.at(999)), (Some(at(1000)), None));
        assert_eq!(tape.newest(), Some(at(1000)));
        tape.push(3000, "nonsense".to_owned());
        assert_eq!(tape.newest(), None);
    }
}
