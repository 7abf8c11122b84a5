//! Which instants there are. Pure.

use crate::telemetry::{History, WINDOW_MS};

/// Milliseconds between two stops, at least.
const STEP_MS: u64 = 1000;

/// Whether a row is no sample but says that there was none.
pub(crate) fn is_gap(history: &History, row: usize) -> bool {
    let none = |value: Option<&Option<u32>>| value.is_none_or(Option::is_none);
    history.host.cpu.get(row).is_none_or(Option::is_none)
        && history.host.memory.get(row).is_none_or(Option::is_none)
        && history.gpus.values().all(|track| none(track.utilization.get(row)) && none(track.memory.get(row)))
}

/// The time of the sample next to `time`; in a gap, and before the first sample, there
/// is none, and `time` stays what it is.
pub(super) fn snap(history: &History, time: u64) -> u64 {
    let times = &history.times;
    let after = times.partition_point(|sample| *sample <= time);
    let Some(row) = after.checked_sub(1) else { return time };
    if is_gap(history, row) {
        return time;
    }
    match times.get(after) {
        Some(next) if next - time < time - times[row] && !is_gap(history, after) => *next,
        _ => times[row],
    }
}

/// The sample so many samples away from the one at `time`, or the outermost.
pub(super) fn neighbour(history: &History, time: u64, samples: isize) -> Option<u64> {
    let row = history.times.partition_point(|sample| *sample < time);
    let row = row.saturating_add_signed(samples).min(history.times.len().checked_sub(1)?);
    history.times.get(row).copied()
}

/// Where a reader can stop on the way back, rising: at each whole sample that is kept,
/// and before the first of them about once a second.
pub(super) fn stops(history: &History, whole: &[u64]) -> Vec<u64> {
    let newest = whole.last().or(history.times.last()).copied().unwrap_or_default();
    let oldest = newest.saturating_sub(WINDOW_MS);
    let mut stops: Vec<u64> = whole.iter().copied().filter(|time| *time >= oldest).rev().collect();
    for (row, time) in history.times.iter().enumerate().rev() {
        let earlier = stops.last().is_none_or(|last| time + STEP_MS <= *last);
        if earlier && *time >= oldest && !is_gap(history, row) {
            stops.push(*time);
        }
    }
    stops.reverse();
    stops
}

/// The place of the stop next to `time`.
pub(super) fn nearest(stops: &[u64], time: u64) -> usize {
    let places = 0..stops.len();
    places.min_by_key(|place| stops[*place].abs_diff(time)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Gpu, Snapshot, Timestamp};

    /// Samples at these times; a negative one is the first after a gap.
    fn history(times: &[i64]) -> History {
        let mut history = History::default();
        for time in times {
            let timestamp = Timestamp::from_millis(time.unsigned_abs());
            history.push(&Snapshot {
                timestamp,
                continuous_since: if *time < 0 { timestamp } else { Timestamp::default() },
                gpus: vec![Gpu { utilization: Some(1), ..Gpu::default() }],
                ..Snapshot::default()
            });
        }
        history
    }

    #[test]
    fn the_nearest_sample_is_meant() {
        let history = history(&[1000, 2000, 5000]);
        for (pointed, meant) in [(1400, 1000), (1600, 2000), (2000, 2000), (4000, 5000), (9000, 5000)] {
            assert_eq!(snap(&history, pointed), meant, "{pointed}");
        }
    }

    #[test]
    fn a_gap_has_no_sample_wherever_one_points() {
        let history = history(&[1000, 2000, -9000]);
        for pointed in [500, 2001, 2500, 5000, 8990] {
            assert_eq!(snap(&history, pointed), pointed);
        }
        assert_eq!((snap(&history, 1999), snap(&history, 9000)), (2000, 9000));
        assert_eq!(snap(&History::default(), 7), 7);
    }

    #[test]
    fn keys_walk_from_sample_to_sample() {
        let history = history(&[1000, 2000, 5000]);
        assert_eq!(neighbour(&history, 2000, -1), Some(1000));
        assert_eq!(neighbour(&history, 2000, 1), Some(5000));
        assert_eq!(neighbour(&history, 5000, 1), Some(5000));
        assert_eq!(neighbour(&history, 1000, -1), Some(1000));
        assert_eq!(neighbour(&history, 5000, isize::MIN), Some(1000));
        assert_eq!(neighbour(&History::default(), 5000, -1), None);
    }

    #[test]
    fn one_stops_once_a_second_and_at_every_whole_sample() {
        let times: Vec<i64> = (0..=50).map(|n| n * 100).collect();
        let stops = stops(&history(&times), &[3000, 4000, 5000]);
        assert_eq!(stops, [0, 1000, 2000, 3000, 4000, 5000]);
        assert_eq!((nearest(&stops, 2600), nearest(&stops, 90_000)), (3, 5));
    }

    #[test]
    fn a_gap_is_no_stop_and_nothing_is_older_than_a_minute() {
        assert_eq!(stops(&history(&[1000, 2000, -9000]), &[9000]), [1000, 2000, 9000]);
        assert_eq!(stops(&history(&[10_000, 70_000]), &[9000, 70_000]), [10_000, 70_000]);
        assert_eq!(stops(&history(&[10_000]), &[10_000]), [10_000]);
    }
}
