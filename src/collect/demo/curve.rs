//! Curves that look like work: smooth, never the same, and computed from the
//! time alone.

use std::f64::consts::TAU;

/// Utilization over time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    /// % around which it moves.
    pub(super) level: f64,
    /// % that it moves to either side.
    pub(super) swing: f64,
    /// Seconds of the slowest movement.
    pub(super) beat: f64,
    /// A dip that comes back: an evaluation, a checkpoint, an empty queue.
    pub(super) dip: Option<Dip>,
}

/// A dip that comes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dip {
    /// Seconds from one to the next.
    pub(super) every: f64,
    /// Seconds it lasts.
    pub(super) lasts: f64,
    /// % at its deepest.
    pub(super) depth: f64,
}

impl Curve {
    /// Nothing, ever.
    pub(super) const IDLE: Self = Self { level: 0.0, swing: 0.0, beat: 1.0, dip: None };

    /// Holds its level but for a little.
    pub(super) const fn steady(level: f64) -> Self {
        Self { level, swing: 1.2, beat: 13.0, dip: None }
    }

    /// Follows what is asked of it.
    pub(super) const fn serving(level: f64, swing: f64) -> Self {
        Self { level, swing, beat: 47.0, dip: None }
    }

    /// Full work with a dip every so many seconds.
    pub(super) const fn training(level: f64, every: f64, depth: f64) -> Self {
        Self { level, swing: 2.0, beat: 23.0, dip: Some(Dip { every, lasts: 5.0, depth }) }
    }

    /// %, 0 to 100. GPUs of another phase have another course.
    pub(super) fn at(&self, seconds: f64, phase: f64) -> f64 {
        let dip = self.dip.map_or(0.0, |dip| {
            let into = (seconds + phase * dip.every / TAU).rem_euclid(dip.every) / dip.lasts;
            if into < 1.0 { dip.depth * (1.0 - (TAU * into).cos()) / 2.0 } else { 0.0 }
        });
        (self.level + self.swing * wave(seconds, self.beat, phase) - dip).clamp(0.0, 100.0)
    }
}

/// -1 to 1, without jumps. The parts' periods have no common multiple in sight.
pub(super) fn wave(seconds: f64, beat: f64, phase: f64) -> f64 {
    let turn = TAU * seconds / beat + phase;
    0.5 * turn.sin() + 0.3 * (2.31 * turn + 1.1).sin() + 0.2 * (5.73 * turn + 2.4 * phase).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_in_bounds_and_does_not_jump() {
        for curve in [Curve::steady(99.5), Curve::serving(40.0, 60.0), Curve::training(97.0, 20.0, 60.0)] {
            let course: Vec<f64> = (0..6000).map(|n| curve.at(f64::from(n) / 10.0, 0.7)).collect();
            assert!(course.iter().all(|value| (0.0..=100.0).contains(value)));
            assert!(course.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 6.0));
            assert!(course.windows(2).any(|pair| (pair[1] - pair[0]).abs() > 0.01), "it moves");
        }
    }

    #[test]
    fn phases_differ() {
        let curve = Curve::serving(50.0, 20.0);
        assert!((0..60).any(|t| (curve.at(f64::from(t), 0.0) - curve.at(f64::from(t), 1.7)).abs() > 5.0));
    }
}
