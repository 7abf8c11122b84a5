//! All clients, and the one who tells them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::Notify, task::yield_now, time::timeout};

use super::peer::Peer;
use crate::server::Feed;

/// A client hears something at least this often, so that it can tell a quiet
/// server from a dead connection. The contract says five seconds; the rest is
/// for the way.
const HEARTBEAT: Duration = Duration::from_millis(4500);
/// How often it is looked whether clients are still there.
const ROUND: Duration = Duration::from_secs(4);
/// After so many clients somebody else has a turn.
const TURN: usize = 64;

/// The clients, by the order in which they came.
#[derive(Debug)]
pub(in crate::server) struct Room {
    feed: Arc<Feed>,
    /// Wakes the one who tells them, where there was nobody.
    came: Notify,
    peers: Mutex<Peers>,
}

#[derive(Debug, Default)]
struct Peers {
    next: u64,
    all: BTreeMap<u64, Arc<Peer>>,
}

/// A client's place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    room: &'a Room,
    number: u64,
}

impl Room {
    pub(in crate::server) fn new(feed: Arc<Feed>) -> Self {
        Self { feed, came: Notify::new(), peers: Mutex::default() }
    }

    pub(super) fn enter(&self, peer: Arc<Peer>) -> Place<'_> {
        let mut peers = self.lock();
        let number = peers.next;
        peers.next += 1;
        peers.all.insert(number, peer);
        self.feed.note_clients(peers.all.len());
        if peers.all.len() == 1 {
            self.came.notify_one();
        }
        Place { room: self, number }
    }

    /// Sends each frame to all, and sleeps while there is nobody.
    pub(in crate::server) async fn serve(&self) {
        loop {
            self.came.notified().await;
            self.tell().await;
        }
    }

    /// Sends each frame to all: from one place, one write each, without a task or a timer
    /// for any of them to wake. Newest wins. Returns when all have gone.
    async fn tell(&self) {
        let mut frames = self.feed.subscribe();
        let mut round = Instant::now();
        loop {
            let now = Instant::now();
            let checks = now.duration_since(round) >= ROUND;
            if checks {
                round = now;
            }
            let all = self.all();
            if all.is_empty() {
                return;
            }
            for (place, peer) in all.into_iter().enumerate() {
                if place % TURN == TURN - 1 {
                    yield_now().await;
                }
                peer.deliver(&self.feed);
                if checks {
                    peer.check(now);
                }
            }
            let quiet = self.feed.keep_alive(Instant::now(), HEARTBEAT);
            // The feed outlives this; where nothing came, it is asked again.
            let _ = timeout(quiet, frames.changed()).await;
            frames.mark_unchanged();
        }
    }

    fn all(&self) -> Vec<Arc<Peer>> {
        self.lock().all.values().cloned().collect()
    }

    /// Each change is one step.
    fn lock(&self) -> MutexGuard<'_, Peers> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut peers = self.room.lock();
        peers.all.remove(&self.number);
        self.room.feed.note_clients(peers.all.len());
    }
}
