//! When to try again what failed.

use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_secs(1);
/// A better source that appears is to be used within half a minute.
const LONGEST: Duration = Duration::from_secs(20);

/// Waits of 1 s, doubling up to 20 s.
#[derive(Debug)]
pub(super) struct Retry {
    wait: Duration,
    next: Option<Instant>,
}

impl Default for Retry {
    fn default() -> Self {
        Self { wait: FIRST, next: None }
    }
}

impl Retry {
    /// Whether it may be tried.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.next.is_none_or(|next| now >= next)
    }

    /// It is being tried.
    pub(super) fn tried(&mut self, now: Instant) {
        self.next = Some(now + self.wait);
        self.wait = (2 * self.wait).min(LONGEST);
    }

    /// It works. That counts once it has done so for as long as a failure would
    /// have cost: what works only for a moment is not tried ever faster.
    pub(super) fn worked(&mut self, now: Instant) {
        if self.is_due(now) {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let start = Instant::now();
        let mut retry = Retry::default();
        let mut tries = Vec::new();
        for second in 0..150 {
            let now = start + Duration::from_secs(second);
            if retry.is_due(now) {
                retry.tried(now);
                tries.push(second);
            }
        }
        assert_eq!(tries, [0, 1, 3, 7, 15, 31, 51, 71, 91, 111, 131]);
    }

    #[test]
    fn what_works_for_a_moment_does_not_count() {
        let start = Instant::now();
        let mut retry = Retry::default();
        retry.tried(start);
        retry.worked(start + FIRST / 2);
        assert!(!retry.is_due(start + FIRST / 2));
        retry.worked(start + FIRST);
        retry.tried(start + FIRST);
        assert!(retry.is_due(start + 2 * FIRST), "starts anew");
    }
}
