//! From samples to lines on a unit square. Pure.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code))]

use crate::telemetry::WINDOW_MS;

/// A point: 0 to 1 from left to right, 0 to 1 from bottom to top.
pub(super) type Point = (f32, f32);

/// The unbroken stretches of `values` (in %) at `times` (milliseconds, rising).
/// The newest time is the right edge; what is older than the window is left out.
pub(super) fn stretches(times: &[u64], values: &[Option<f32>]) -> Vec<Vec<Point>> {
    let Some(newest) = times.last() else { return Vec::new() };
    let mut lines: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for (time, value) in times.iter().zip(values) {
        let age = newest - time;
        match value.filter(|_| age <= WINDOW_MS) {
            Some(percent) => {
                if !open {
                    lines.push(Vec::new());
                }
                if let Some(line) = lines.last_mut() {
                    line.push((1.0 - fraction(age), (percent / 100.0).clamp(0.0, 1.0)));
                }
                open = true;
            }
            None => open = false,
        }
    }
    lines
}

/// Where an instant lies, 0 to 1 from left to right; `None` outside of the plot.
pub(super) fn place(times: &[u64], time: u64) -> Option<f32> {
    let age = times.last()?.checked_sub(time)?;
    (age <= WINDOW_MS).then(|| 1.0 - fraction(age))
}

/// By what part of its width a plot moves from one newest time to another; all of it
/// where the clock was set back.
pub(super) fn moved(from: u64, to: u64) -> f64 {
    to.checked_sub(from).map_or(1.0, |age| f64::from(fraction(age)).min(1.0))
}

#[expect(clippy::cast_precision_loss, reason = "at most a minute")]
fn fraction(age: u64) -> f32 {
    age as f32 / WINDOW_MS as f32
}

/// Lowest, highest and newest of the values in whole %; `None` where there are none.
pub(super) fn summary(values: &[Option<f32>]) -> Option<(u32, u32, Option<u32>)> {
    let known = || values.iter().flatten().map(|percent| whole(*percent));
    Some((known().min()?, known().max()?, values.last()?.map(whole)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
fn whole(percent: f32) -> u32 {
    percent.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &[Point], b: &[Point]) -> bool {
        a.len() == b.len()
            && a.iter().zip(b).all(|(a, b)| (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6)
    }

    #[test]
    fn a_sample_sits_at_its_own_time() {
        let lines = stretches(&[10_000, 55_000, 70_000], &[Some(0.0), Some(50.0), Some(100.0)]);
        assert_eq!(lines.len(), 1);
        assert!(close(&lines[0], &[(0.0, 0.0), (0.75, 0.5), (1.0, 1.0)]), "{lines:?}");
    }

    #[test]
    fn a_gap_stays_open() {
        let lines = stretches(&[0, 1000, 2000, 3000], &[Some(1.0), None, Some(2.0), Some(3.0)]);
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn what_is_too_old_or_too_high_does_not_leave_the_square() {
        let lines = stretches(&[0, 90_000], &[Some(5.0), Some(250.0)]);
        assert!(lines.len() == 1 && close(&lines[0], &[(1.0, 1.0)]), "{lines:?}");
        assert!(stretches(&[], &[]).is_empty());
    }

    #[test]
    fn an_instant_lies_where_its_sample_does() {
        let times = [10_000, 55_000, 70_000];
        assert_eq!(
            [10_000, 55_000, 70_000].map(|time| place(&times, time)),
            [Some(0.0), Some(0.75), Some(1.0)]
        );
        assert_eq!([9_999, 70_001].map(|time| place(&times, time)), [None, None]);
        assert_eq!(place(&[], 0), None);
    }

    #[test]
    fn a_plot_moves_with_time_and_whole_when_the_clock_was_set() {
        let near = |moved: f64, part: f64| (moved - part).abs() < 1e-6;
        assert!(near(moved(1000, 1600), 0.01) && near(moved(1000, 1000), 0.0));
        assert!(near(moved(1000, 999), 1.0) && near(moved(0, 1_000_000_000), 1.0));
    }

    #[test]
    fn the_summary_leaves_holes_out_but_says_when_the_newest_is_one() {
        assert_eq!(summary(&[Some(3.2), None, Some(97.6)]), Some((3, 98, Some(98))));
        assert_eq!(summary(&[Some(3.0), None]), Some((3, 3, None)));
        assert_eq!(summary(&[None]), None);
    }
}
