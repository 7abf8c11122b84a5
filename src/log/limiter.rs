//! How often the same may be told.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Lines with the very same text: so many at once,
const SAME: Allowance = Allowance { burst: 5, pace: Duration::from_secs(60) };
/// lines that differ by numbers alone, such as times and places,
const ALIKE: Allowance = Allowance { burst: 100, pace: Duration::from_secs(30) };
/// and all lines, whatever they say: at most 660 in a minute, and in the long run one a second.
const ALL: Allowance = Allowance { burst: 600, pace: Duration::from_secs(1) };
/// Texts that are remembered, of either sort.
const MOST: usize = 1024;

/// So many at once, and then one in each `pace`.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    burst: u32,
    pace: Duration,
}

/// What a line says, as hashes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    /// All of it, and where it comes from.
    pub(super) whole: u64,
    /// The same without its digits.
    pub(super) bare: u64,
}

/// What was not told since the last line that was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Lines like it.
    pub(super) alike: u64,
    /// Lines of any text, for there were too many in all.
    pub(super) others: u64,
}

/// Remembers what was told, and how often.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    same: Memory,
    alike: Memory,
    all: Told,
}

/// What was told of each text, as long as that matters.
#[derive(Debug, Default)]
struct Memory(HashMap<u64, Told>);

/// What was told of one thing.
#[derive(Debug, Default)]
struct Told {
    /// When all of it will be forgotten; `None` at first.
    free: Option<Instant>,
    left_out: u64,
}

impl Limiter {
    /// Whether a line may be written at `now`, and then what was left out before it.
    pub(super) fn admit(&mut self, text: Text, now: Instant) -> Option<LeftOut> {
        // One text too many to be remembered is only one of all.
        let mut unknown = [Told::default(), Told::default()];
        let [one, other] = &mut unknown;
        let same = self.same.of(text.whole, now).unwrap_or(one);
        let alike = self.alike.of(text.bare, now).unwrap_or(other);
        if !same.has_room(SAME, now) {
            same.left_out += 1;
        } else if !alike.has_room(ALIKE, now) {
            alike.left_out += 1;
        } else if !self.all.has_room(ALL, now) {
            self.all.left_out += 1;
        } else {
            let left_out = same.admit(SAME, now) + alike.admit(ALIKE, now);
            return Some(LeftOut { alike: left_out, others: self.all.admit(ALL, now) });
        }
        None
    }
}

impl Memory {
    fn of(&mut self, text: u64, now: Instant) -> Option<&mut Told> {
        if self.0.len() >= MOST && !self.0.contains_key(&text) {
            self.0.retain(|_, told| told.free.is_some_and(|free| free > now));
        }
        (self.0.len() < MOST || self.0.contains_key(&text)).then(|| self.0.entry(text).or_default())
    }
}

impl Told {
    fn has_room(&self, allowance: Allowance, now: Instant) -> bool {
        self.free.is_none_or(|free| free <= now + allowance.pace * (allowance.burst - 1))
    }

    /// Gives what was left out before.
    fn admit(&mut self, allowance: Allowance, now: Instant) -> u64 {
        self.free = Some(self.free.map_or(now, |free| free.max(now)) + allowance.pace);
        std::mem::take(&mut self.left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Option<LeftOut> = Some(LeftOut { alike: 0, others: 0 });

    const fn text(whole: u64, bare: u64) -> Text {
        Text { whole, bare }
    }

    #[test]
    fn the_same_is_told_five_times_and_then_once_a_minute() {
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        let mut told = Vec::new();
        // An hour of a fault each second.
        for second in 0..3600 {
            if let Some(left_out) = limiter.admit(text(1, 1), start + Duration::from_secs(second)) {
                told.push((second, left_out.alike));
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
        for number in 0..1000 {
            limiter.admit(text(1, 1), now);
            limiter.admit(text(10 + number, 2), now);
        }
        assert_eq!(limiter.admit(text(3, 3), now), NONE);
        assert_eq!(limiter.admit(text(4, 4), now), NONE);
    }

    #[test]
    fn a_fault_with_another_number_each_time_is_bounded() {
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        let day = 24 * 3600;
        let told = (0..day).filter_map(|second| {
            let left_out = limiter.admit(text(second, 1), start + Duration::from_secs(second))?;
            Some(left_out.alike + 1)
        });
        let told: Vec<u64> = told.collect();
        assert!((2800..3100).contains(&told.len()), "{}", told.len());
        assert!(day - told.iter().sum::<u64>() < 30, "none is left out in silence");
    }

    #[test]
    fn all_together_is_bounded_and_says_so() {
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        let mut told = 0;
        // Ten minutes of a thousand different lines a second.
        for number in 0..600_000 {
            let now = start + Duration::from_millis(number);
            told += u32::from(limiter.admit(text(number, number), now).is_some());
            assert!(limiter.same.0.len() <= MOST && limiter.alike.0.len() <= MOST);
        }
        assert!((1195..=1205).contains(&told), "600 at once, and one a second: {told}");
        let later = start + Duration::from_hours(1);
        let left_out = limiter.admit(text(1_000_000, 1_000_000), later).unwrap();
        assert!((900..=1000).contains(&left_out.others), "since the last second: {left_out:?}");
    }

    #[test]
    fn all_gpus_of_a_machine_can_be_told_of_at_once() {
        let (mut limiter, now) = (Limiter::default(), Instant::now());
        assert!((0..64).all(|gpu| limiter.admit(text(gpu, 1), now) == NONE));
    }
}
