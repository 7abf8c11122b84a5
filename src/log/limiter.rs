//! How often the same may be told.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Lines with the very same text: so many at once,
const SAME: Allowance = Allowance { burst: 5, pace: Duration::from_secs(60) };
/// and lines of the same kind, whatever their text. There are a few dozen kinds, so that this
/// bounds all that is written: 3000 lines a day of each.
const KIND: Allowance = Allowance { burst: 100, pace: Duration::from_secs(30) };
/// Texts that are remembered.
const MOST: usize = 1024;

/// So many at once, and then one in each `pace`.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    burst: u32,
    pace: Duration,
}

/// Remembers what was told, and how often.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    same: HashMap<u64, Told>,
    kinds: HashMap<usize, Told>,
}

/// What was told of one thing.
#[derive(Debug)]
struct Told {
    /// When all of it will be forgotten.
    free: Instant,
    left_out: u64,
}

impl Limiter {
    /// Whether a line may be written at `now`, and then how many of the same were left out
    /// before it. `kind` is the place in the code that it comes from, `text` stands for its text.
    pub(super) fn admit(&mut self, kind: usize, text: u64, now: Instant) -> Option<u64> {
        if self.same.len() >= MOST {
            self.same.retain(|_, told| told.free > now);
        }
        let kind = self.kinds.entry(kind).or_insert(Told { free: now, left_out: 0 });
        // A text too many is only one of its kind.
        let known = self.same.len() < MOST || self.same.contains_key(&text);
        let same = known.then(|| self.same.entry(text).or_insert(Told { free: now, left_out: 0 }));
        let Some(same) = same else { return kind.admit(KIND, now) };
        if !same.has_room(SAME, now) {
            same.left_out += 1;
            return None;
        }
        if !kind.has_room(KIND, now) {
            kind.left_out += 1;
            return None;
        }
        let others = kind.admit(KIND, now)?;
        Some(same.admit(SAME, now)? + others)
    }
}

impl Told {
    fn has_room(&self, allowance: Allowance, now: Instant) -> bool {
        self.free <= now + allowance.pace * (allowance.burst - 1)
    }

    fn admit(&mut self, allowance: Allowance, now: Instant) -> Option<u64> {
        if !self.has_room(allowance, now) {
            self.left_out += 1;
            return None;
        }
        self.free = self.free.max(now) + allowance.pace;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_told_five_times_and_then_once_a_minute() {
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        let mut told = Vec::new();
        // An hour of a fault each second.
        for second in 0..3600 {
            if let Some(left_out) = limiter.admit(1, 1, start + Duration::from_secs(second)) {
                told.push((second, left_out));
            }
        }
        assert_eq!(told[..6], [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (60, 55)]);
        assert_eq!(told[6], (120, 59));
        assert_eq!(told.len(), 64);
        let all: u64 = told.iter().map(|(_, left_out)| left_out + 1).sum();
        assert_eq!(all, 3600 - 59, "none is left out in silence, but those since the last line");
    }

    #[test]
    fn different_things_do_not_silence_each_other() {
        let (mut limiter, now) = (Limiter::default(), Instant::now());
        for _ in 0..1000 {
            limiter.admit(1, 1, now);
        }
        assert_eq!(limiter.admit(1, 2, now), Some(0));
        assert_eq!(limiter.admit(2, 3, now), Some(0));
    }

    #[test]
    fn a_fault_with_another_text_each_time_is_bounded_too() {
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        let day = 24 * 3600;
        let told =
            (0..day).filter_map(|second| limiter.admit(1, second, start + Duration::from_secs(second)));
        let lines = told.count();
        assert!((2800..3100).contains(&lines), "{lines}");
        assert!(limiter.same.len() <= MOST);
    }

    #[test]
    fn all_gpus_of_a_machine_can_be_told_of_at_once() {
        let (mut limiter, now) = (Limiter::default(), Instant::now());
        assert!((0..64).all(|gpu| limiter.admit(1, gpu, now) == Some(0)));
    }
}
