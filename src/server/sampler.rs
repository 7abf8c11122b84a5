//! The clock: one thread that takes a sample every interval.

use std::{
    io,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use super::{Feed, Scene};
use crate::{
    collect::{Collector, DemoScenario},
    telemetry::{Snapshot, Timestamp},
};

/// How often somebody who waits for a driver looks whether to go on waiting.
const SLICE: Duration = Duration::from_millis(100);

/// Intervals without a sample after which clients are told why.
const LATE: u32 = 3;

/// What the sampler is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// To play this scene of the demo.
    Play(DemoScenario),
    /// To end.
    Stop,
}

/// Samples until it is stopped. While a driver's call hangs, samples stop and the
/// rest of the server lives.
#[derive(Debug)]
pub struct Sampler {
    orders: mpsc::Sender<Order>,
    /// Closed by the thread's end.
    ended: mpsc::Receiver<()>,
    thread: JoinHandle<()>,
}

impl Sampler {
    /// Starts sampling every `interval`. `open` makes the collector, on the sampler's own
    /// thread; where that is the demo, for the scene `plays` at first.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        feed: Arc<Feed>,
        interval: Duration,
        mut plays: Option<DemoScenario>,
        open: impl Fn(DemoScenario) -> Collector + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, told) = mpsc::channel();
        let (running, ended) = mpsc::channel();
        let thread = thread::Builder::new().name("sampler".to_owned()).spawn(move || {
            let _running = running;
            // What is said of invented devices must not look like news of real ones.
            let _span = plays.map(|_| tracing::error_span!("simulated").entered());
            loop {
                let collector = open(plays.unwrap_or_default());
                match sample(collector, &feed, interval, plays, &told) {
                    Order::Play(scenario) => plays = Some(scenario),
                    Order::Stop => return,
                }
            }
        })?;
        Ok(Self { orders, ended, thread })
    }

    /// Takes orders.
    #[must_use]
    pub fn orders(&self) -> mpsc::Sender<Order> {
        self.orders.clone()
    }

    /// Asks the thread to end and gives it `patience`: a driver call that hangs
    /// cannot be cancelled, and must not keep the process from ending.
    pub fn stop(self, patience: Duration) {
        // One that has ended needs no order.
        let _ = self.orders.send(Order::Stop);
        let hangs = matches!(self.ended.recv_timeout(patience), Err(mpsc::RecvTimeoutError::Timeout));
        if hangs {
            tracing::warn!("a driver call hangs; leaving without its answer");
        } else if self.thread.join().is_err() {
            tracing::error!("the sampler had panicked");
        }
    }
}

/// Samples until there is an order, which it returns.
fn sample(
    mut collector: Collector,
    feed: &Feed,
    interval: Duration,
    plays: Option<DemoScenario>,
    told: &mpsc::Receiver<Order>,
) -> Order {
    let mut beat = Beat::new(interval, Instant::now());
    let mut scene = plays.map(|scenario| Scene { scenario, since: Instant::now() });
    loop {
        let begun = Instant::now();
        let mut snapshot = match taken(&mut collector, feed, interval, told) {
            Ok(snapshot) => snapshot,
            Err(order) => return order,
        };
        // A sample is of the time when it was complete: one that had to
        // wait for the driver must not look as old as its beginning.
        let (now, wall) = (Instant::now(), Timestamp::from(SystemTime::now()));
        snapshot.timestamp = wall;
        snapshot.continuous_since = beat.continuous_since(now, wall);
        feed.note_duration(now - begun);
        match scene.take() {
            Some(scene) => feed.open_scene(scene, snapshot, now),
            None => feed.publish(snapshot, now),
        }
        match told.recv_timeout(beat.wait(Instant::now())) {
            Ok(order) => return order,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return Order::Stop,
        }
    }
}

/// A sample, however long it takes, or the order that came meanwhile.
fn taken(
    collector: &mut Collector,
    feed: &Feed,
    interval: Duration,
    told: &mpsc::Receiver<Order>,
) -> Result<Snapshot, Order> {
    let start = Instant::now();
    let mut announced = Duration::ZERO;
    loop {
        if let Some(snapshot) = collector.sample(Instant::now(), SLICE) {
            return Ok(snapshot);
        }
        match told.try_recv() {
            Ok(order) => return Err(order),
            Err(mpsc::TryRecvError::Empty) => {}
            Err(mpsc::TryRecvError::Disconnected) => return Err(Order::Stop),
        }
        let waited = start.elapsed();
        // Told again as the time goes on, at ever greater intervals.
        if waited > (interval * LATE).max(2 * announced)
            && let Some((attempt, events)) = collector.stall()
        {
            feed.announce(attempt, events);
            announced = waited;
        }
    }
}

/// Keeps the beat: samples stay on the multiples of the interval however long
/// each takes, and one that comes too late for its beat is left out.
#[derive(Debug)]
struct Beat {
    interval: Duration,
    next: Instant,
    last: Option<(Instant, Duration)>,
    since: Timestamp,
    /// The time of the last sample.
    wall: Timestamp,
}

impl Beat {
    const fn new(interval: Duration, start: Instant) -> Self {
        Self {
            interval,
            next: start,
            last: None,
            since: Timestamp::from_micros(0),
            wall: Timestamp::from_micros(0),
        }
    }

    /// How long to wait for the next sample, at `now`.
    fn wait(&mut self, now: Instant) -> Duration {
        self.next += self.interval;
        if self.next < now {
            let late = now.duration_since(self.next).as_nanos();
            let missed = late / self.interval.as_nanos() + 1;
            self.next += self.interval * u32::try_from(missed).unwrap_or(u32::MAX);
        }
        self.next.saturating_duration_since(now)
    }

    /// Since when samples have come without a gap: a gap is three times what
    /// lay between the two samples before, at least three intervals. (A source
    /// that always takes longer than the interval makes no gaps.) Where the clock was
    /// set back everything begins anew: what was before lies in the future.
    fn continuous_since(&mut self, now: Instant, wall: Timestamp) -> Timestamp {
        let set_back = wall < std::mem::replace(&mut self.wall, wall);
        let Some((last, usual)) = self.last else {
            self.last = Some((now, self.interval));
            self.since = wall;
            return wall;
        };
        let passed = now.duration_since(last);
        if passed > usual.max(self.interval) * 3 || set_back {
            self.since = wall;
        }
        self.last = Some((now, passed));
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_beat_does_not_drift_with_the_work() {
        let start = Instant::now();
        let mut beat = Beat::new(SECOND, start);
        assert_eq!(beat.wait(start + SECOND * 3 / 10), SECOND * 7 / 10);
        assert_eq!(beat.wait(start + SECOND + SECOND * 9 / 10), SECOND / 10);
    }

    #[test]
    fn a_late_sample_leaves_beats_out_and_keeps_the_phase() {
        let start = Instant::now();
        let mut beat = Beat::new(SECOND, start);
        assert_eq!(beat.wait(start + SECOND * 35 / 10), SECOND / 2);
        assert_eq!(beat.wait(start + SECOND * 4), SECOND);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_gaps_afterwards() {
        let start = Instant::now();
        let mut beat = Beat::new(SECOND, start);
        let mut history = crate::telemetry::History::default();
        for (second, wall) in [(0, 7000), (1, 8000), (2, 100), (3, 1100), (4, 2100)] {
            let timestamp = Timestamp::from_millis(wall);
            let continuous_since = beat.continuous_since(start + SECOND * second, timestamp);
            history.push(&Snapshot { timestamp, continuous_since, ..Snapshot::default() });
        }
        assert_eq!(history.times, [100, 1100, 2100]);
    }

    #[test]
    fn a_hang_is_a_gap_and_a_slow_source_is_none() {
        let start = Instant::now();
        let at = |beat: &mut Beat, seconds: u64| {
            beat.continuous_since(
                start + SECOND * u32::try_from(seconds).unwrap(),
                Timestamp::from_millis(seconds),
            )
            .millis()
        };
        let mut beat = Beat::new(SECOND, start);
        assert_eq!([0, 1, 2, 5, 20, 21].map(|second| at(&mut beat, second)), [0, 0, 0, 0, 20, 20]);
        let mut slow = Beat::new(SECOND / 10, start);
        assert_eq!([0, 2, 4, 6].map(|second| at(&mut slow, second)), [0, 2, 2, 2]);
    }
}
