//! Whether the machine itself stood still: then everything on it did, the server included.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

const STEP: Duration = Duration::from_millis(20);
/// Half of what is a gap at the interval of this test.
const LATE: Duration = Duration::from_millis(300);

/// Counts the times at which a thread that wants to run every 20 ms could not.
pub(crate) struct Standstill(Arc<AtomicUsize>);

impl Standstill {
    pub(crate) fn watch() -> Self {
        let times = Arc::<AtomicUsize>::default();
        let counted = Arc::downgrade(&times);
        thread::spawn(move || {
            let mut last = Instant::now();
            while let Some(times) = counted.upgrade() {
                thread::sleep(STEP);
                if last.elapsed() > LATE {
                    times.fetch_add(1, Relaxed);
                }
                last = Instant::now();
            }
        });
        Self(times)
    }

    pub(crate) fn times(&self) -> usize {
        self.0.load(Relaxed)
    }
}
