//! How often who does not know the token may try one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::server::places::Neighbourhood;

/// So many wrong tokens at once,
const BURST: u32 = 10;
/// and then one more in each of these.
const PACE: Duration = Duration::from_secs(6);
/// Addresses that are remembered. Who comes from more of them than this has ten tries from each.
const MOST: usize = 4096;

/// Wrong tokens of each address, as far back as they count.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<Neighbourhood, Instant>>);

impl Attempts {
    /// How long whoever is there has to wait until a token of his is looked at, if he has to.
    pub(super) fn wait(&self, who: Neighbourhood, now: Instant) -> Option<Duration> {
        let free = *self.lock().get(&who)?;
        let left = free.checked_duration_since(now + PACE * (BURST - 1))?;
        (!left.is_zero()).then_some(left)
    }

    /// Notes a wrong one. Kept is when all of them will be forgotten.
    pub(super) fn note(&self, who: Neighbourhood, now: Instant) {
        let mut known = self.lock();
        if known.len() >= MOST && !known.contains_key(&who) {
            known.retain(|_, free| *free > now);
            let soonest = known.iter().min_by_key(|(_, free)| **free).map(|(who, _)| *who);
            if let Some(soonest) = soonest.filter(|_| known.len() >= MOST) {
                known.remove(&soonest);
            }
        }
        let free = known.entry(who).or_insert(now);
        *free = (*free).max(now) + PACE;
    }

    /// Each change is one step.
    fn lock(&self) -> MutexGuard<'_, HashMap<Neighbourhood, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn who(number: u32) -> Neighbourhood {
        Neighbourhood::of(IpAddr::from(Ipv4Addr::from(number)))
    }

    #[test]
    fn ten_wrong_tokens_are_enough_for_a_while() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..BURST {
            assert_eq!(attempts.wait(who(1), start), None);
            attempts.note(who(1), start);
        }
        assert_eq!(attempts.wait(who(1), start), Some(PACE));
        assert_eq!(attempts.wait(who(2), start), None, "nobody else has to wait");
        assert_eq!(attempts.wait(who(1), start + PACE), None, "one more");
        attempts.note(who(1), start + PACE);
        assert_eq!(attempts.wait(who(1), start + PACE), Some(PACE));
        let later = start + PACE * (BURST + 1);
        for _ in 0..BURST {
            assert_eq!(attempts.wait(who(1), later), None, "all is forgotten");
            attempts.note(who(1), later);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..BURST {
            attempts.note(who(0), start);
        }
        for number in 1..20_000 {
            attempts.note(who(number), start);
        }
        assert_eq!(attempts.lock().len(), MOST);
        assert!(attempts.wait(who(0), start).is_some(), "who tried most is remembered longest");
    }
}
