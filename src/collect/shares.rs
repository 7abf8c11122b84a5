//! For which share of the last minute each limiter held a clock back, from the
//! driver's own running counters.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use super::source::Reading;
use crate::telemetry::{Limiter, LimiterShares, Reason};

const WINDOW: Duration = Duration::from_secs(60);
/// By how much samples may come late without losing the oldest stand.
const SLACK: Duration = Duration::from_millis(500);
/// A share of less time than this says nothing.
const LEAST: Duration = Duration::from_millis(500);
/// How far the stands that are kept are apart.
const APART: Duration = Duration::from_secs(1);

/// How long each limiter has held the clock back since the driver was loaded.
/// What the device does not count is not in there.
pub(super) type Counters = BTreeMap<Limiter, Duration>;

/// The counters' stands over the last minute.
#[derive(Debug, Default)]
pub(super) struct Tally(VecDeque<(Instant, Counters)>);

impl Tally {
    /// Takes the counters as they stand, and tells the shares up to now: what a
    /// counter has gained, of the time in which it gained it.
    ///
    /// [`Reason::Pending`] where there is nothing yet to compare with.
    pub(super) fn add(&mut self, at: Instant, counters: Counters) -> Reading<LimiterShares> {
        if self.0.back().is_some_and(|(then, before)| at < *then || !continues(before, &counters)) {
            // They began anew: the driver was loaded again.
            self.0.clear();
        }
        while self.0.front().is_some_and(|(then, _)| at - *then > WINDOW + SLACK) {
            self.0.pop_front();
        }
        if self.0.iter().nth_back(1).is_some_and(|(then, _)| at - *then < APART) {
            self.0.pop_back();
        }
        self.0.push_back((at, counters));
        self.shares()
    }

    fn shares(&self) -> Reading<LimiterShares> {
        let ((start, before), (end, after)) = self.0.front().zip(self.0.back()).ok_or(Reason::Pending)?;
        let span = *end - *start;
        if span < LEAST {
            return Err(Reason::Pending);
        }
        let gained = |(limiter, counter): (&Limiter, &Duration)| {
            let gain = counter.saturating_sub(before.get(limiter).copied().unwrap_or(*counter));
            // The driver counts a little ahead of the clock at times.
            let share = (gain.as_secs_f64() / span.as_secs_f64() * 100.0).min(100.0);
            (*limiter, (share * 10.0).round() / 10.0)
        };
        Ok(LimiterShares {
            seconds: seconds(span),
            shares: after.iter().map(gained).filter(|(_, share)| *share > 0.0).collect(),
        })
    }
}

/// Whole seconds, at most the window's.
fn seconds(span: Duration) -> u32 {
    let rounded = (span + Duration::from_millis(500)).as_secs();
    u32::try_from(rounded.clamp(1, WINDOW.as_secs())).unwrap_or(60)
}

/// Whether these are later stands of the same counters.
fn continues(before: &Counters, after: &Counters) -> bool {
    before.len() == after.len()
        && before.iter().all(|(limiter, then)| after.get(limiter).is_some_and(|now| now >= then))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn power(millis: u64) -> Counters {
        Counters::from([(Limiter::PowerCap, ms(millis)), (Limiter::ThermalHardware, ms(7))])
    }

    fn shares(seconds: u32, power: f64) -> LimiterShares {
        let shares = (power > 0.0).then_some((Limiter::PowerCap, power));
        LimiterShares { seconds, shares: shares.into_iter().collect() }
    }

    #[test]
    fn a_share_is_what_was_gained_of_the_time_that_went_by() {
        let (mut tally, start) = (Tally::default(), Instant::now());
        assert_eq!(tally.add(start, power(90_000)), Err(Reason::Pending), "of unknown age");
        assert_eq!(tally.add(start + ms(100), power(90_050)), Err(Reason::Pending));
        assert_eq!(tally.add(start + ms(1000), power(90_500)), Ok(shares(1, 50.0)));
        assert_eq!(tally.add(start + ms(3000), power(90_500)), Ok(shares(3, 16.7)));
        assert_eq!(tally.add(start + ms(4000), power(190_500)), Ok(shares(4, 100.0)), "never more");
    }

    #[test]
    fn only_the_last_minute_counts() {
        let (mut tally, start) = (Tally::default(), Instant::now());
        for second in 0..=30 {
            let _ = tally.add(start + ms(second * 1000), power(second * 1000));
        }
        for second in 31..90 {
            let told = tally.add(start + ms(second * 1000 + second % 3 * 100), power(30_000)).unwrap();
            assert!(told.seconds <= 60 && told.shares.contains_key(&Limiter::PowerCap));
        }
        assert_eq!(tally.add(start + ms(90_600), power(30_000)), Ok(shares(60, 0.0)));
        assert!(tally.0.len() <= 62);
        assert_eq!(tally.add(start + ms(900_000), power(30_000)), Err(Reason::Pending), "after a long gap");
    }

    #[test]
    fn many_samples_a_second_do_not_pile_up() {
        let (mut tally, start) = (Tally::default(), Instant::now());
        for tenth in 0..1000 {
            let _ = tally.add(start + ms(tenth * 100), power(tenth * 25));
        }
        assert!(tally.0.len() <= 70, "{}", tally.0.len());
        assert_eq!(tally.add(start + ms(100_000), power(25_000)), Ok(shares(60, 25.0)));
    }

    #[test]
    fn a_counter_that_goes_back_starts_anew() {
        let (mut tally, start) = (Tally::default(), Instant::now());
        let _ = tally.add(start, power(5000));
        assert_eq!(tally.add(start + ms(1000), power(10)), Err(Reason::Pending));
        assert_eq!(tally.add(start + ms(2000), power(110)), Ok(shares(1, 10.0)));
        let more = [(Limiter::PowerCap, ms(120)), (Limiter::SyncBoost, ms(1))];
        assert_eq!(tally.add(start + ms(3000), Counters::from(more)), Err(Reason::Pending), "other counters");
    }
}
