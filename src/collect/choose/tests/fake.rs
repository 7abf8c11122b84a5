//! A source that a test steers.

use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Instant,
};

use super::PLENTY;
use crate::{
    collect::{Opener, Source, SourceError},
    telemetry::{Gpu, Provider},
};

/// What a source does when it is asked.
#[derive(Clone)]
pub(super) enum State {
    /// It cannot be opened, for this reason.
    Shut(&'static str),
    /// It can be opened and not be read, for this reason.
    Dead(&'static str),
    /// It lists so many GPUs.
    Lists(u32),
    /// Neither opening nor reading it comes to an end.
    Hangs,
}
use State::{Dead, Hangs, Lists, Shut};

/// A source whose state a test changes as it goes.
#[derive(Clone)]
pub(super) struct Fake {
    provider: Provider,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    opened: AtomicU32,
    alive: AtomicU32,
    read: AtomicU32,
}

impl Fake {
    pub(super) fn new(provider: Provider, state: State) -> Self {
        let shared = Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            opened: AtomicU32::new(0),
            alive: AtomicU32::new(0),
            read: AtomicU32::new(0),
        };
        Self { provider, shared: Arc::new(shared) }
    }

    pub(super) fn becomes(&self, state: State) {
        *self.shared.state.lock().unwrap() = state;
        self.shared.changed.notify_all();
    }

    /// What it is, once it does not hang.
    fn state(&self) -> State {
        let hangs = |state: &mut State| matches!(state, Hangs);
        self.shared.changed.wait_while(self.shared.state.lock().unwrap(), hangs).unwrap().clone()
    }

    pub(super) fn opened(&self) -> u32 {
        self.shared.opened.load(SeqCst)
    }

    /// Waits until it has been read so often.
    pub(super) fn was_read(&self, times: u32) {
        let start = Instant::now();
        while self.shared.read.load(SeqCst) < times {
            assert!(start.elapsed() < PLENTY, "{:?} is not read {times} times", self.provider);
            std::thread::yield_now();
        }
    }

    /// Waits until so many are open: they are closed on threads of their own.
    pub(super) fn alive(&self, wanted: u32) {
        let start = Instant::now();
        while self.shared.alive.load(SeqCst) != wanted {
            assert!(start.elapsed() < PLENTY, "{:?} is not open {wanted} times", self.provider);
            std::thread::yield_now();
        }
    }

    pub(super) fn opener(&self) -> Opener {
        let fake = self.clone();
        let open = move || {
            fake.shared.opened.fetch_add(1, SeqCst);
            if let Shut(reason) = fake.state() {
                return Err(error(reason));
            }
            fake.shared.alive.fetch_add(1, SeqCst);
            Ok(Box::new(Opened(fake.clone())) as Box<dyn Source>)
        };
        Opener { provider: self.provider, open: Arc::new(open) }
    }
}

struct Opened(Fake);

impl Source for Opened {
    fn provider(&self) -> Provider {
        self.0.provider
    }

    fn read(&mut self, _: Instant) -> Result<Vec<Gpu>, SourceError> {
        let state = self.0.state();
        self.0.shared.read.fetch_add(1, SeqCst);
        match state {
            Lists(count) => Ok((0..count).map(|id| Gpu { id, ..Gpu::default() }).collect()),
            Shut(reason) | Dead(reason) => Err(error(reason)),
            Hangs => Err(error("cannot be")),
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.shared.alive.fetch_sub(1, SeqCst);
    }
}

pub(super) fn error(reason: &str) -> SourceError {
    SourceError::new(reason, "Help it.")
}
