//! Room for so many at once, and a fair share of it for each address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Whoever comes from there counts as one: an address, or the network of 64 bits that each
/// holder of addresses of version 6 has to himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Neighbourhood(IpAddr);

impl Neighbourhood {
    pub(super) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::from((address.to_bits() >> 64 << 64).to_be_bytes()),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl std::fmt::Display for Neighbourhood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A number of places.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    /// Most of one neighbourhood.
    share: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<Neighbourhood, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// All are taken.
    Everywhere,
    /// This neighbourhood has its share.
    Share,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    who: Neighbourhood,
}

impl Places {
    pub(super) fn new(most: usize, share: usize) -> Arc<Self> {
        Arc::new(Self { most, share, taken: Mutex::default() })
    }

    /// Takes one. For `fair`, of its share; a proxy speaks for many and has none.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn take(self: &Arc<Self>, who: Neighbourhood, fair: bool) -> Result<Place, Full> {
        let mut taken = self.lock();
        if taken.all >= self.most {
            return Err(Full::Everywhere);
        }
        let own = taken.by.entry(who).or_default();
        if fair && *own >= self.share {
            return Err(Full::Share);
        }
        *own += 1;
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), who })
    }

    /// Each change is one step.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        if let Some(own) = taken.by.get_mut(&self.who) {
            *own -= 1;
            if *own == 0 {
                taken.by.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(address: &str) -> Neighbourhood {
        Neighbourhood::of(address.parse().unwrap())
    }

    #[test]
    fn nobody_takes_more_than_a_share_and_all_no_more_than_there_is() {
        let places = Places::new(4, 2);
        let mut held =
            vec![places.take(who("1.1.1.1"), true).unwrap(), places.take(who("1.1.1.1"), true).unwrap()];
        assert_eq!(places.take(who("1.1.1.1"), true).unwrap_err(), Full::Share);
        held.push(places.take(who("1.1.1.1"), false).unwrap());
        held.push(places.take(who("2.2.2.2"), true).unwrap());
        assert_eq!(places.take(who("3.3.3.3"), true).unwrap_err(), Full::Everywhere);
        held.remove(0);
        held.push(places.take(who("3.3.3.3"), true).unwrap());
        drop(held);
        let taken = places.lock();
        assert!(taken.all == 0 && taken.by.is_empty(), "nothing is left of those who went: {taken:?}");
    }

    #[test]
    fn who_has_many_addresses_is_one() {
        assert_eq!(who("2001:db8:1:2::1"), who("2001:db8:1:2:ffff::9"));
        assert_ne!(who("2001:db8:1:2::1"), who("2001:db8:1:3::1"));
        assert_eq!(who("::ffff:1.2.3.4"), who("1.2.3.4"));
        assert_ne!(who("1.2.3.4"), who("1.2.3.5"));
    }
}
