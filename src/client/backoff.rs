//! How long to wait before the next attempt. Pure.

/// A rising sequence of delays.
#[derive(Debug)]
pub(crate) struct Backoff {
    next_ms: f64,
}

const FIRST_MS: f64 = 500.0;
const LAST_MS: f64 = 15_000.0;
/// Share of the delay that chance adds or takes, so that many pages do not come
/// back to a restarted server in the same moment.
const JITTER: f64 = 0.25;

impl Backoff {
    /// From the shortest delay on.
    pub(crate) const fn new() -> Self {
        Self { next_ms: FIRST_MS }
    }

    /// The next delay in milliseconds; `chance` is between 0 and 1.
    pub(crate) fn next(&mut self, chance: f64) -> f64 {
        let delay = self.next_ms;
        self.next_ms = (delay * 2.0).min(LAST_MS);
        delay * (1.0 + JITTER * (2.0 * chance - 1.0))
    }

    /// Something came through: the next delay is the shortest again.
    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn doubles_up_to_the_longest() {
        let mut backoff = Backoff::new();
        let delays: Vec<f64> = (0..7).map(|_| backoff.next(0.5)).collect();
        assert_eq!(delays, [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 15_000.0, 15_000.0]);
        backoff.reset();
        assert!(same(backoff.next(0.5), 500.0));
    }

    #[test]
    fn chance_moves_a_delay_by_a_quarter() {
        assert!(same(Backoff::new().next(0.0), 375.0));
        assert!(same(Backoff::new().next(1.0), 625.0));
    }
}
