//! Looking back: the instant that a reader points at, and the page that stands still
//! while samples go on coming in.

mod instant;
mod past;
mod tape;

use leptos::prelude::*;

use super::Store;
use crate::telemetry::{History, Snapshot, WINDOW_MS};

pub(crate) use instant::is_gap;
pub(crate) use tape::{Tape, read};

/// What instant the page is about. Times are milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The reader points at it in a plot.
    pub pointed: Option<u64>,
    /// The page stands still at it; `None` while it is live.
    pub paused: Option<Paused>,
}

/// An instant that the page stands still at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paused {
    /// The instant.
    pub time: u64,
    /// The newest instant, the one at which the page was paused.
    pub newest: u64,
    /// Its place among those that one can go to.
    pub place: usize,
    /// The last place.
    pub last: usize,
    /// All is known of it, not only utilization and memory.
    pub whole: bool,
}

impl Moment {
    /// The instant that all plots mark.
    #[must_use]
    pub fn marked(&self) -> Option<u64> {
        self.pointed.or(self.paused.map(|paused| paused.time))
    }
}

/// What goes on behind a page that stands still.
#[derive(Debug, Default)]
pub(super) struct Behind {
    pub(super) history: History,
    pub(super) tape: Tape,
}

impl Store {
    /// Keeps a message with the sample of this time, so that one can go back to it.
    pub fn record(self, time: u64, text: String) {
        let desk = &mut *self.desk.write_value();
        let tape = desk.behind.as_mut().map_or(&mut desk.tape, |behind| &mut behind.tape);
        tape.push(time, text);
    }

    /// Stands still, or goes on.
    pub fn toggle_pause(self) {
        if self.moment.get_untracked().paused.is_some() {
            self.resume();
        } else {
            self.pause();
        }
    }

    /// Stands still; samples go on coming in. Nothing without a sample.
    fn pause(self) {
        let history = self.history.get_value();
        let mut desk = self.desk.write_value();
        desk.stops = instant::stops(&history, &desk.tape.times());
        if let Some(last) = desk.stops.len().checked_sub(1) {
            // What nobody saw yet is not what the reader wants to stop at.
            desk.behind = Some(Behind { history, ..Behind::default() });
            drop(desk);
            self.mark(last);
        }
    }

    /// Shows the newest sample, and each further one as it comes in.
    pub fn resume(self) {
        let newest = self.catch_up();
        self.moment.set(Moment::default());
        if let Some(newest) = newest {
            self.show(newest);
        }
    }

    /// Takes over what went on behind the page, and gives the newest sample of it.
    fn catch_up(self) -> Option<Snapshot> {
        let mut desk = self.desk.write_value();
        let behind = desk.behind.take()?;
        self.history.set_value(behind.history);
        desk.tape.extend(behind.tape);
        desk.stops = Vec::new();
        desk.waiting.take().or_else(|| desk.tape.newest())
    }

    /// Goes so many places on, or back. Only a page that stands still moves.
    pub fn step(self, places: isize) {
        if let Some(paused) = self.moment.get_untracked().paused {
            self.go(paused.place.saturating_add_signed(places).min(paused.last));
        }
    }

    /// Goes to the place next to this share of the plots' width.
    pub fn go_to(self, share: f64) {
        let time = self.time_at(share);
        let place = instant::nearest(&self.desk.read_value().stops, time);
        self.go(place);
    }

    /// Goes to this place and shows what is known of its instant.
    pub fn go(self, place: usize) {
        if self.moment.get_untracked().paused.is_none_or(|paused| paused.place == place) {
            return;
        }
        if let Some(snapshot) = self.known_at(place) {
            self.put_on(snapshot);
            self.mark(place);
        }
    }

    /// What is known of the instant at this place.
    fn known_at(self, place: usize) -> Option<Snapshot> {
        let desk = self.desk.read_value();
        let time = *desk.stops.get(place)?;
        desk.tape.at(time).or_else(|| {
            let newest = desk.tape.newest()?;
            let history = self.history.read_value();
            let row = history.times.binary_search(&time).ok()?;
            Some(past::of(newest, &history, row))
        })
    }

    fn mark(self, place: usize) {
        self.moment.set(Moment { pointed: None, paused: self.paused_at(place) });
    }

    fn paused_at(self, place: usize) -> Option<Paused> {
        let desk = self.desk.read_value();
        let (time, newest) = (*desk.stops.get(place)?, *desk.stops.last()?);
        let whole = desk.tape.times().contains(&time);
        Some(Paused { time, newest, place, last: desk.stops.len() - 1, whole })
    }

    /// Points at this share of the plots' width.
    pub fn point(self, share: f64) {
        let time = self.time_at(share);
        let snapped = instant::snap(&self.history.read_value(), time);
        self.point_at(Some(snapped));
    }

    /// Points so many samples further than before; at first from the newest one.
    pub fn point_on(self, samples: isize) {
        let from = self.moment.get_untracked().marked();
        let history = self.history.read_value();
        let from = from.or(history.times.last().copied());
        self.point_at(from.and_then(|from| instant::neighbour(&history, from, samples)));
    }

    /// Points at nothing any more.
    pub fn point_away(self) {
        self.point_at(None);
    }

    fn point_at(self, pointed: Option<u64>) {
        let moment = self.moment.get_untracked();
        super::put(self.moment, Moment { pointed, ..moment });
    }

    /// The instant at this share of the plots' width.
    fn time_at(self, share: f64) -> u64 {
        let newest = self.history.read_value().times.last().copied().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within a minute")]
        #[expect(clippy::cast_precision_loss, reason = "a minute of milliseconds")]
        let age = ((1.0 - share.clamp(0.0, 1.0)) * WINDOW_MS as f64) as u64;
        newest.saturating_sub(age)
    }

    /// Looks at the messages that are kept.
    pub(crate) fn with_tape<T>(self, look: impl FnOnce(&Tape) -> T) -> T {
        look(&self.desk.read_value().tape)
    }
}

#[cfg(test)]
mod tests;
