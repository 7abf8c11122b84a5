//! For how much of the last minute something held a clock back.

use std::collections::BTreeMap;

use super::{operation::Operation, slot::Slot};
use crate::telemetry::{Limiter, LimiterShares, Reason};

/// Seconds that are counted, one look per second.
const COUNTED: u32 = 60;

/// As the driver's counters would tell, this many seconds after the start.
pub(super) fn shares(slot: &Slot, seconds: f64, phase: f64) -> Result<LimiterShares, Reason> {
    let past = (1..=COUNTED).map(f64::from).take_while(|past| *past <= seconds);
    let mut looks = 0_u32;
    let mut seen = BTreeMap::<Limiter, u32>::new();
    for past in past {
        looks += 1;
        for limiter in Operation::new(slot, seconds - past + 1.0, phase).limiters {
            *seen.entry(limiter).or_default() += 1;
        }
    }
    if looks == 0 {
        return Err(Reason::Pending);
    }
    let percent = |count: u32| (1000.0 * f64::from(count) / f64::from(looks)).round() / 10.0;
    let shares = seen.into_iter().map(|(limiter, count)| (limiter, percent(count))).collect();
    Ok(LimiterShares { seconds: looks, shares })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::demo::throttle;

    #[test]
    fn counts_as_far_back_as_there_is_a_past() {
        let capped = &throttle::SLOTS[1];
        assert_eq!(shares(capped, 0.5, 0.0), Err(Reason::Pending));
        let early = shares(capped, 12.4, 0.0).unwrap();
        assert_eq!((early.seconds, early.shares[&Limiter::PowerCap]), (12, 100.0));
        assert_eq!(shares(capped, 4000.0, 0.0).unwrap().seconds, 60);
    }

    #[test]
    fn what_comes_and_goes_has_its_share() {
        let braked = shares(&throttle::SLOTS[3], 600.0, 0.0).unwrap();
        assert_eq!(braked.shares.get(&Limiter::PowerBrake), Some(&25.0));
    }
}
