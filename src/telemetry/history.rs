//! The last minute of the few values that are drawn as lines.

use serde::{Deserialize, Serialize};

use super::{Gpu, Host, SmallMap, Snapshot, wire::record};

/// How far back the history reaches, in milliseconds.
pub const WINDOW_MS: u64 = 60_000;

/// Columns of equal length that share one time axis: compact on the wire, and
/// the same ring on both sides of it. A missing value is a hole in its line; a
/// row without any value is a gap in all lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Milliseconds since 1970, rising.
    pub times: Vec<u64>,
    /// One track per GPU, by [`Gpu::key`].
    pub gpus: SmallMap<String, GpuTrack>,
    /// The host's track.
    pub host: HostTrack,
}

/// A GPU's lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GpuTrack {
    /// %.
    pub utilization: Vec<Option<u32>>,
    /// Whole MiB in use.
    pub memory: Vec<Option<u32>>,
}

/// The host's lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HostTrack {
    /// %.
    pub cpu: Vec<Option<f32>>,
    /// %.
    pub memory: Vec<Option<f32>>,
}

record!(History { times, gpus, host });
record!(GpuTrack { utilization, memory });
record!(HostTrack { cpu, memory });

impl History {
    /// Adds a sample. One with the time of the last is ignored; one from before
    /// it means that the clock was set back, and the ring starts anew.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let now = snapshot.timestamp.millis();
        if let Some(&last) = self.times.last() {
            if now == last {
                return;
            }
            if now < last {
                *self = Self::default();
            } else if snapshot.continuous_since.millis() > last {
                self.push_row(last + 1, None, &[]);
            }
        }
        self.push_row(now, snapshot.system.as_ref(), &snapshot.gpus);
        self.forget_before(now.saturating_sub(WINDOW_MS));
    }

    fn push_row(&mut self, now: u64, host: Option<&Host>, gpus: &[Gpu]) {
        let before = self.times.len();
        self.times.push(now);
        // Even where the message that this began with was not.
        self.host.cpu.resize(before, None);
        self.host.memory.resize(before, None);
        self.host.cpu.push(host.and_then(|h| h.cpu_usage).map(percent));
        self.host.memory.push(host.and_then(|h| h.memory_usage).map(percent));
        for gpu in gpus {
            let track = self.gpus.get_or_insert(gpu.key(), GpuTrack::default());
            // A new GPU has no past, a key that a source lists twice no second value.
            track.utilization.resize(before, None);
            track.memory.resize(before, None);
            track.utilization.push(gpu.utilization);
            track.memory.push(gpu.memory_used.map(whole));
        }
        let length = self.times.len();
        for track in self.gpus.values_mut() {
            track.utilization.resize(length, None);
            track.memory.resize(length, None);
        }
    }

    fn forget_before(&mut self, oldest: u64) {
        let old = self.times.iter().take_while(|time| **time < oldest).count();
        self.times.drain(..old);
        self.host.cpu.drain(..old);
        self.host.memory.drain(..old);
        self.gpus.retain(|_, track| {
            track.utilization.drain(..old);
            track.memory.drain(..old);
            track.utilization.iter().any(Option::is_some) || track.memory.iter().any(Option::is_some)
        });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a percentage with one decimal fits")]
fn percent(value: f64) -> f32 {
    value as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and 4 PiB of GPU memory are far away"
)]
fn whole(mib: f64) -> u32 {
    mib.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Timestamp;

    fn at(millis: u64, utilization: Option<u32>) -> Snapshot {
        Snapshot {
            timestamp: Timestamp::from_millis(millis),
            gpus: vec![Gpu { uuid: Some("G".into()), utilization, ..Gpu::default() }],
            ..Snapshot::default()
        }
    }

    fn utilization(history: &History) -> Vec<Option<u32>> {
        history.gpus["G"].utilization.clone()
    }

    #[test]
    fn keeps_sixty_seconds_whatever_the_interval() {
        for interval in [100, 1000, 7000] {
            let mut history = History::default();
            for n in 0..2000 {
                history.push(&at(n * interval, Some(1)));
            }
            let (first, last) = (history.times[0], *history.times.last().unwrap());
            assert!(last - first <= WINDOW_MS && last - first > WINDOW_MS - interval, "{interval}");
            assert_eq!(history.times.len(), utilization(&history).len());
        }
    }

    #[test]
    fn times_may_be_irregular_and_values_missing() {
        let mut history = History::default();
        for (time, value) in [(5, Some(1)), (1700, None), (1701, Some(3))] {
            history.push(&at(time, value));
        }
        assert_eq!(history.times, [5, 1700, 1701]);
        assert_eq!(utilization(&history), [Some(1), None, Some(3)]);
    }

    #[test]
    fn a_pause_of_the_sampler_is_a_gap_and_a_skipped_message_is_none() {
        let mut history = History::default();
        history.push(&at(1000, Some(1)));
        history.push(&at(6000, Some(1)));
        assert_eq!(utilization(&history), [Some(1), Some(1)]);
        let mut late = at(9000, Some(2));
        late.continuous_since = Timestamp::from_millis(9000);
        history.push(&late);
        assert_eq!(history.times, [1000, 6000, 6001, 9000]);
        assert_eq!(utilization(&history), [Some(1), Some(1), None, Some(2)]);
    }

    #[test]
    fn gpus_come_and_go() {
        let mut history = History::default();
        history.push(&at(0, Some(1)));
        let mut two = at(1000, Some(2));
        two.gpus.push(Gpu { uuid: Some("H".into()), utilization: Some(9), ..Gpu::default() });
        history.push(&two);
        assert_eq!(history.gpus["H"].utilization, [None, Some(9)]);
        history.push(&at(2000, Some(3)));
        assert_eq!(history.gpus["H"].utilization, [None, Some(9), None]);
        history.push(&at(62_001, Some(4)));
        assert!(!history.gpus.contains_key("H"), "nothing left to draw");
    }

    #[test]
    fn a_key_listed_twice_keeps_the_columns_even() {
        let mut history = History::default();
        let mut twice = at(0, Some(1));
        twice.gpus.push(twice.gpus[0].clone());
        history.push(&twice);
        history.push(&twice);
        assert_eq!(history.times.len(), history.gpus["G"].utilization.len());
    }

    #[test]
    fn uneven_columns_of_a_message_are_made_even() {
        let track = GpuTrack { utilization: vec![Some(1)], memory: vec![None; 9] };
        let host = HostTrack { cpu: vec![], memory: vec![Some(1.0); 9] };
        let gpus = [("G".to_owned(), track.clone()), ("H".to_owned(), track)].into_iter().collect();
        let mut history = History { times: vec![1, 2, 3], gpus, host };
        history.push(&at(1000, Some(2)));
        let lengths = |history: &History| {
            let host = [history.host.cpu.len(), history.host.memory.len()];
            let gpus = history.gpus.values().flat_map(|gpu| [gpu.utilization.len(), gpu.memory.len()]);
            host.into_iter().chain(gpus).collect::<Vec<_>>()
        };
        assert_eq!(lengths(&history), [history.times.len(); 6]);
        history.push(&at(100_000, Some(3)));
        assert_eq!((history.times.as_slice(), lengths(&history)), (&[100_000][..], vec![1; 4]));
    }

    #[test]
    fn a_clock_set_back_starts_anew() {
        let mut history = History::default();
        history.push(&at(100_000, Some(1)));
        history.push(&at(100_000, Some(2)));
        assert_eq!(utilization(&history), [Some(1)]);
        history.push(&at(50_000, Some(3)));
        assert_eq!(history.times, [50_000]);
    }

    #[test]
    fn both_ends_of_the_wire_hold_the_same_ring() {
        let mut history = History::default();
        history.push(&at(100, None));
        history.push(&at(200, Some(5)));
        let text = serde_json::to_string(&history).unwrap();
        assert_eq!(serde_json::from_str::<History>(&text).unwrap(), history);
    }
}
