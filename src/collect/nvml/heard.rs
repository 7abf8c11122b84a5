//! What was announced and not yet told.

use std::time::{Duration, Instant, SystemTime};

use super::xid;
use crate::telemetry::{Event, EventKind};

/// Most different errors that are kept; of more, the latest.
const MOST: usize = 64;
/// What was told is told again after this time at the earliest, and then with how
/// often it came: a driver may announce the same error a thousand times a second.
const APART: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Heard(Vec<Note>);

/// One error of one GPU.
#[derive(Debug)]
struct Note {
    gpu: Option<String>,
    xid: u32,
    /// How often it came since it was told.
    times: u32,
    first: SystemTime,
    last: SystemTime,
    told: Option<Instant>,
}

impl Heard {
    pub(super) fn add(&mut self, gpu: Option<String>, xid: u32, at: SystemTime) {
        if let Some(note) = self.0.iter_mut().find(|note| note.xid == xid && note.gpu == gpu) {
            if note.times == 0 {
                note.first = at;
            }
            note.times = note.times.saturating_add(1);
            note.last = at;
            return;
        }
        if self.0.len() >= MOST
            && let Some((oldest, _)) = self.0.iter().enumerate().min_by_key(|(_, note)| note.last)
        {
            self.0.remove(oldest);
        }
        self.0.push(Note { gpu, xid, times: 1, first: at, last: at, told: None });
    }

    /// What there is to tell, oldest first.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Event> {
        let rests =
            |told: Option<Instant>| told.is_some_and(|told| now.saturating_duration_since(told) < APART);
        self.0.retain(|note| note.times > 0 || rests(note.told));
        self.0.sort_by_key(|note| note.first);
        let due = self.0.iter_mut().filter(|note| note.times > 0 && !rests(note.told));
        due.map(|note| note.tell(now)).collect()
    }
}

impl Note {
    fn tell(&mut self, now: Instant) -> Event {
        let span = self.last.duration_since(self.first).unwrap_or_default();
        let text = xid::text(self.xid, self.times, span);
        (self.times, self.told) = (0, Some(now));
        Event {
            time: self.first.into(),
            gpu: self.gpu.clone(),
            kind: EventKind::Xid,
            xid: Some(self.xid),
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
    }

    fn told(heard: &mut Heard, now: Instant) -> Vec<(Option<u32>, Option<String>, u64, String)> {
        heard.take(now).into_iter().map(|e| (e.xid, e.gpu, e.time.millis(), e.text)).collect()
    }

    #[test]
    fn each_error_is_told_once_with_its_time() {
        let (mut heard, now) = (Heard::default(), Instant::now());
        heard.add(Some("GPU-b".into()), 79, at(5000));
        heard.add(Some("GPU-a".into()), 999, at(4000));
        heard.add(None, 999, at(4500));
        let first = told(&mut heard, now);
        assert_eq!(first.iter().map(|(_, _, time, _)| *time).collect::<Vec<_>>(), [4000, 4500, 5000]);
        assert_eq!(first[2].1.as_deref(), Some("GPU-b"));
        assert_eq!(first[0].3, "XID 999: no description known");
        assert_eq!(told(&mut heard, now + APART), []);
        assert!(heard.0.is_empty());
    }

    #[test]
    fn a_storm_is_one_event_a_second() {
        let (mut heard, now) = (Heard::default(), Instant::now());
        heard.add(None, 13, at(0));
        assert_eq!(told(&mut heard, now).len(), 1);
        for millis in 1..=250 {
            heard.add(None, 13, at(millis * 4));
        }
        assert_eq!(told(&mut heard, now + APART / 2), []);
        let storm = told(&mut heard, now + APART);
        assert_eq!((storm.len(), storm[0].2), (1, 4));
        assert!(storm[0].3.starts_with("XID 13 (graphics engine exception), 250 times in 1 s"), "{storm:?}");
    }

    #[test]
    fn of_many_errors_the_latest_are_kept() {
        let mut heard = Heard::default();
        for xid in 0..1000 {
            heard.add(None, xid, at(xid.into()));
        }
        let all = told(&mut heard, Instant::now());
        assert_eq!((all.len(), all[0].0, all[63].0), (MOST, Some(936), Some(999)));
    }
}
