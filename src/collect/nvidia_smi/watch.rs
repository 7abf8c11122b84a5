//! One nvidia-smi that lists again and again, and the newest of its listings.

use std::{
    fmt,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use super::{
    Malformed,
    failure::{Failure, TOO_LONG},
    framing,
};
use crate::collect::child::{Child, Frame};

/// What it was told to print.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    Xml,
    Csv,
}

/// How to start it.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) format: Format,
    /// How often it lists.
    pub(super) period: Duration,
}

impl Order {
    fn start(&self) -> Result<Child, Failure> {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        match self.format {
            Format::Xml => Child::start(&self.program, &arguments, framing::xml()),
            Format::Csv => Child::start(&self.program, &arguments, framing::csv),
        }
        .map_err(Failure::Start)
    }

    /// How long a listing is believed.
    pub(super) fn patience(&self) -> Duration {
        3 * self.period + Duration::from_secs(2)
    }
}

/// Reads a listing that came at this time.
type Parse<T> = Box<dyn FnMut(&[u8], Instant) -> Result<T, Malformed> + Send>;

pub(super) struct Watch<T> {
    order: Order,
    parse: Parse<T>,
    child: Child,
    started: Instant,
    newest: Option<(T, Instant)>,
    /// What is wrong with the newest listing, if it cannot be read.
    malformed: Option<Malformed>,
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("order", &self.order)
            .field("child", &self.child)
            .finish_non_exhaustive()
    }
}

impl<T> Watch<T> {
    pub(super) fn start(
        order: Order,
        parse: impl FnMut(&[u8], Instant) -> Result<T, Malformed> + Send + 'static,
    ) -> Result<Self, Failure> {
        let child = order.start()?;
        let parse = Box::new(parse);
        Ok(Self { order, parse, child, started: Instant::now(), newest: None, malformed: None })
    }

    /// The newest listing; `None` before the first. Does not wait.
    pub(super) fn poll(&mut self, now: Instant) -> Result<Option<&T>, Failure> {
        self.take(self.child.newest());
        if let Some(exit) = self.child.exit() {
            // It may have come between the two questions.
            self.take(self.child.newest());
            let failure = Failure::Ended(exit);
            let listed = self.newest.as_ref().is_some_and(|(_, at)| *at >= self.started);
            let fine = failure.said_all() || (listed && failure.said_nothing());
            if self.newest.is_none() || !fine {
                return Err(self.malformed.take().map_or(failure.told(), Failure::Malformed));
            }
            // One that does not list again by itself is asked again.
            if now.saturating_duration_since(self.started) >= self.order.period {
                self.child = self.order.start()?;
                self.started = now;
            }
        }
        if self.child.is_too_long() {
            return Err(Failure::Malformed(TOO_LONG));
        }
        let since = self.newest.as_ref().map_or(self.started, |(_, at)| *at);
        let age = now.saturating_duration_since(since);
        if age > self.order.patience() && self.newest.is_some() {
            return Err(self.silent(age));
        }
        Ok(self.newest.as_ref().map(|(listing, _)| listing))
    }

    /// Waits for the first listing.
    pub(super) fn first(&mut self, patience: Duration) -> Result<&T, Failure> {
        let start = Instant::now();
        loop {
            let left = patience.saturating_sub(start.elapsed());
            let frame = self.child.wait(left);
            self.take(frame);
            if let Some(malformed) = self.malformed.take() {
                return Err(Failure::Malformed(malformed));
            }
            if self.poll(Instant::now())?.is_some() {
                break;
            }
            if left.is_zero() {
                return Err(self.silent(start.elapsed()));
            }
            // Its pipe is closed, but it has not been told yet how it ended.
            thread::sleep(Duration::from_millis(2));
        }
        self.newest.as_ref().map(|(listing, _)| listing).ok_or_else(|| self.silent(patience))
    }

    /// How long it has been running without a listing.
    pub(super) fn waits(&self, now: Instant) -> Option<Duration> {
        self.newest.is_none().then(|| now.saturating_duration_since(self.started))
    }

    /// Why it gives nothing, after this time.
    pub(super) fn silent(&self, age: Duration) -> Failure {
        match self.malformed {
            Some(malformed) => Failure::Malformed(malformed),
            None if self.child.is_too_long() => Failure::Malformed(TOO_LONG),
            None => Failure::Silent(age.as_secs(), self.child.said()),
        }
    }

    fn take(&mut self, frame: Option<Frame>) {
        let Some(frame) = frame else { return };
        match (self.parse)(&frame.bytes, frame.at) {
            Ok(listing) => {
                self.newest = Some((listing, frame.at));
                self.malformed = None;
            }
            Err(malformed) => self.malformed = Some(malformed),
        }
    }
}
