//! When a message was made.

use std::{
    collections::{HashMap, VecDeque},
    time::UNIX_EPOCH,
};

/// Messages that are remembered; far more than are on their way at once.
const REMEMBERED: usize = 64;

/// What came and cannot be told the time of yet: its bytes, when it came.
type Waiting = (u64, u64);

/// The times of compressed messages, which some viewers read and all others know by their bytes.
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    known: HashMap<u64, u64>,
    order: VecDeque<u64>,
    waiting: Vec<Waiting>,
}

impl Stamps {
    /// When the message of these bytes was made. It is asked about again in
    /// [`Self::learn`] where that is not known yet.
    pub(crate) fn look_up(&mut self, hash: u64, received: u64) -> Option<u64> {
        let made = self.known.get(&hash).copied();
        if made.is_none() {
            self.waiting.push((hash, received));
        }
        made
    }

    /// Notes when the message of these bytes was made, and tells when others got it before.
    pub(crate) fn learn(&mut self, hash: u64, made: u64, mut tell: impl FnMut(u64)) {
        if self.known.insert(hash, made).is_some() {
            return;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.waiting.retain(|(other, received)| {
            let same = *other == hash;
            if same {
                tell(*received);
            }
            !same
        });
    }

    /// Messages that nobody read.
    pub(crate) fn unknown(&self) -> usize {
        self.waiting.len()
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Microseconds since 1970 at which a payload was made, from its beginning.
pub(crate) fn made_at(payload: &[u8]) -> Option<u64> {
    const KEY: &[u8] = br#""timestamp":""#;
    let beginning = payload.get(..payload.len().min(4096))?;
    let at = beginning.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let text = payload.get(at..)?.split(|byte| *byte == b'"').next()?;
    let time = humantime::parse_rfc3339(std::str::from_utf8(text).ok()?).ok()?;
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_micros()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_read_from_the_beginning() {
        assert_eq!(made_at(br#"{"timestamp":"1970-01-01T00:00:01.000042Z","gpus":[]}"#), Some(1_000_042));
        assert_eq!(made_at(br#"{"timestamp":"1970-01-01T00:"#), None);
        assert_eq!(made_at(b"{}"), None);
    }

    #[test]
    fn who_came_before_the_reader_is_told_of_later() {
        let mut stamps = Stamps::default();
        assert_eq!(stamps.look_up(7, 100), None);
        assert_eq!(stamps.look_up(8, 101), None);
        let mut told = Vec::new();
        stamps.learn(7, 90, |received| told.push(received));
        stamps.learn(7, 90, |_| panic!("once"));
        assert_eq!((told, stamps.look_up(7, 110), stamps.unknown()), (vec![100], Some(90), 1));
    }
}
