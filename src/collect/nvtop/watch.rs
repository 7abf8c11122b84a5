//! An nvtop that lists, and the newest of its listings.

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use super::{
    Malformed,
    failure::{Failure, TOO_LONG, no_gpu, said_nothing},
    framing, listing,
    version::Version,
};
use crate::{
    collect::child::{Child, Frame},
    telemetry::Gpu,
};

/// Shortest time between two starts: each looks for all GPUs anew.
const AGAIN: Duration = Duration::from_secs(2);
/// The same on a machine that has none.
const NO_GPU: Duration = Duration::from_secs(30);
/// How long a listing is believed at least: some drivers take a second to answer.
const BELIEVED: Duration = Duration::from_secs(5);
/// So many listings in a row that cannot be read are no accident.
const TOO_MANY: u32 = 3;

/// How to start it.
#[derive(Debug)]
pub(super) struct Order {
    program: PathBuf,
    version: Version,
    arguments: Vec<String>,
    /// How often it lists, or is made to.
    period: Duration,
}

impl Order {
    pub(super) fn new(program: PathBuf, version: Version, interval: Duration) -> Self {
        if !version.loops() {
            return Self { program, version, arguments: vec!["-s".to_owned()], period: interval.max(AGAIN) };
        }
        let tenths = interval.as_millis().div_ceil(100).clamp(1, 999);
        let arguments = vec!["-l".to_owned(), "-d".to_owned(), tenths.to_string()];
        let period = Duration::from_millis(100) * u32::try_from(tenths).unwrap_or(999);
        Self { program, version, arguments, period }
    }

    fn start(&self) -> Result<Child, Failure> {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        Child::start(&self.program, &arguments, framing::listings()).map_err(Failure::Start)
    }
}

#[derive(Debug)]
pub(super) struct Watch {
    order: Order,
    child: Child,
    started: Instant,
    /// This child has listed.
    listed: bool,
    newest: Option<(Vec<Gpu>, Instant)>,
    /// What is wrong with the newest listing, if it cannot be read, and with how
    /// many in a row.
    malformed: Option<(Malformed, u32)>,
    /// How often something new can be expected.
    pace: Duration,
}

impl Watch {
    pub(super) fn start(order: Order) -> Result<Self, Failure> {
        let (child, pace) = (order.start()?, order.period);
        let started = Instant::now();
        Ok(Self { order, child, started, listed: false, newest: None, malformed: None, pace })
    }

    /// The newest listing; none before the first. Does not wait.
    pub(super) fn poll(&mut self, now: Instant) -> Result<&[Gpu], Failure> {
        self.look(now)?;
        let since = self.newest.as_ref().map_or(self.started, |(_, at)| self.started.max(*at));
        let age = now.saturating_duration_since(since);
        if age > (3 * self.pace).max(BELIEVED) {
            return Err(self.silent(age));
        }
        Ok(self.newest.as_ref().map_or(&[], |(gpus, _)| gpus))
    }

    /// Waits for the first listing.
    pub(super) fn first(&mut self, patience: Duration) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            let left = patience.saturating_sub(start.elapsed());
            let frame = self.child.wait(left);
            self.take(frame);
            self.look(Instant::now())?;
            if self.newest.is_some() {
                return Ok(());
            }
            if left.is_zero() || self.malformed.is_some_and(|(_, times)| times >= TOO_MANY) {
                return Err(self.silent(start.elapsed()));
            }
            // Its pipe is closed, but it has not been told yet how it ended.
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn look(&mut self, now: Instant) -> Result<(), Failure> {
        let frame = self.child.newest();
        self.take(frame);
        if self.child.is_too_long() {
            return Err(Failure::Malformed(TOO_LONG));
        }
        let Some(exit) = self.child.exit() else { return Ok(()) };
        // It may have come between the two questions.
        let frame = self.child.newest();
        self.take(frame);
        if no_gpu(&exit) {
            if !self.listed {
                self.newest = Some((Vec::new(), now));
                self.listed = true;
            }
            self.pace = NO_GPU;
        } else if self.listed && (exit.status.success() || said_nothing(&exit)) {
            self.pace = self.order.period.max(AGAIN);
        } else {
            let malformed = self.malformed.filter(|_| exit.status.success());
            return Err(malformed.map_or_else(|| Failure::ended(exit), |(how, _)| Failure::Malformed(how)));
        }
        // One that does not list again by itself is asked again.
        if now.saturating_duration_since(self.started) >= self.pace {
            self.child = self.order.start()?;
            (self.started, self.listed, self.pace) = (now, false, self.order.period);
        }
        Ok(())
    }

    /// Why it gives nothing, after this time.
    fn silent(&self, age: Duration) -> Failure {
        match self.malformed {
            Some((how, _)) => Failure::Malformed(how),
            None if self.child.is_too_long() => Failure::Malformed(TOO_LONG),
            None => Failure::Silent(age.as_secs(), self.child.said()),
        }
    }

    fn take(&mut self, frame: Option<Frame>) {
        let Some(frame) = frame else { return };
        match listing::parse(&frame.bytes, self.order.version) {
            Ok(gpus) => {
                self.newest = Some((gpus, frame.at));
                self.listed = true;
                self.malformed = None;
            }
            Err(how) => {
                let times = self.malformed.map_or(0, |(_, times)| times);
                self.malformed = Some((how, times + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(version: Version, millis: u64) -> (String, Duration) {
        let order = Order::new("nvtop".into(), version, Duration::from_millis(millis));
        (order.arguments.join(" "), order.period)
    }

    #[test]
    fn the_interval_is_in_tenths_of_a_second() {
        let millis = Duration::from_millis;
        for (interval, arguments, period) in [
            (100, "-l -d 1", 100),
            (250, "-l -d 3", 300),
            (1000, "-l -d 10", 1000),
            (0, "-l -d 1", 100),
            (3_600_000, "-l -d 999", 99_900),
        ] {
            assert_eq!(order(Version(3, 3, 2), interval), (arguments.to_owned(), millis(period)));
        }
    }

    #[test]
    fn snapshots_are_taken_every_two_seconds_at_most() {
        assert_eq!(order(Version(3, 3, 1), 100), ("-s".to_owned(), AGAIN));
        assert_eq!(order(Version(3, 2, 0), 7000), ("-s".to_owned(), Duration::from_secs(7)));
    }
}
