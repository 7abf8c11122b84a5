//! When a sample is worth a message.

use std::time::{Duration, Instant};

/// A sample may be this early for its beat.
const JITTER: Duration = Duration::from_millis(5);

/// Lets samples through at most at the configured rate.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    /// The next message may go out from here on.
    due: Option<Instant>,
}

impl Pace {
    /// At most `hertz` messages per second.
    #[must_use]
    pub fn new(hertz: u32) -> Self {
        Self { gap: Duration::from_secs(1) / hertz.max(1), due: None }
    }

    /// Lets the next message through.
    pub fn restart(&mut self) {
        self.due = None;
    }

    /// Whether a message may go out now; if so, it counts as sent.
    ///
    /// Dues keep their own beat instead of starting at the last message: a
    /// sampler with the same period that is early by a millisecond would
    /// otherwise lose every second message.
    pub fn admit(&mut self, now: Instant) -> bool {
        let Some(due) = self.due else {
            self.due = Some(now + self.gap);
            return true;
        };
        let slack = (self.gap / 10).min(JITTER);
        if now + slack < due {
            return false;
        }
        // After a pause the beat starts anew, so that nothing is made up for.
        self.due = Some(if now > due + self.gap { now } else { due } + self.gap);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(hertz: u32, every: Duration, jitter: &[u64], seconds: u64) -> usize {
        let mut pace = Pace::new(hertz);
        let start = Instant::now();
        let mut sent = 0;
        let mut n: u32 = 0;
        while every * n < Duration::from_secs(seconds) {
            let late = Duration::from_micros(jitter[n as usize % jitter.len()]);
            sent += usize::from(pace.admit(start + every * n + late));
            n += 1;
        }
        sent
    }

    #[test]
    fn slow_samples_all_pass() {
        assert_eq!(sent(5, Duration::from_secs(1), &[0], 10), 10);
    }

    #[test]
    fn fast_samples_are_capped() {
        assert_eq!(sent(5, Duration::from_millis(100), &[0], 10), 50);
        assert_eq!(sent(1, Duration::from_millis(100), &[0], 10), 10);
        assert_eq!(sent(30, Duration::from_millis(100), &[0], 10), 100);
    }

    #[test]
    fn jitter_at_the_same_rate_loses_nothing() {
        assert_eq!(sent(10, Duration::from_millis(100), &[1500, 600, 2200, 0, 1800], 10), 100);
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut pace = Pace::new(5);
        let start = Instant::now();
        assert!(pace.admit(start));
        let late = start + Duration::from_secs(60);
        assert!(pace.admit(late));
        assert!(!pace.admit(late + Duration::from_millis(100)));
        assert!(pace.admit(late + Duration::from_millis(200)));
    }
}
