//! How many may be here at once: connections with requests, and clients on the socket.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    guard::Guard,
    places::{Full, Neighbourhood, Place, Places},
};

/// Connections that have requests or may have, beside those on the socket; at least, for when
/// all pages come back at once.
const CONNECTIONS: usize = 512;
/// Connections that are told that there is no room.
const REFUSED: usize = 64;
/// Descriptors for all but connections: files, children, the driver.
const RESERVED: usize = 64;

/// The room there is, and who takes it.
#[derive(Debug)]
pub(super) struct Crowd {
    guard: Arc<Guard>,
    connections: Arc<Places>,
    refused: Arc<Places>,
    clients: Arc<Places>,
    turned_away: AtomicU64,
}

/// A connection's place.
#[derive(Debug)]
pub(super) struct Seat {
    _place: Place,
    refusal: Option<Refusal>,
}

/// Every request is answered with this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal(Full);

/// What the settings and the system allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    connections: usize,
    clients: usize,
}

impl Room {
    /// `descriptors`: how many the process may have; `None`: as many as it likes.
    fn of(clients: usize, descriptors: Option<usize>) -> Self {
        let connections = clients.max(CONNECTIONS);
        let most = descriptors.unwrap_or(usize::MAX).saturating_sub(RESERVED + REFUSED);
        if connections.saturating_add(clients) <= most {
            return Self { connections, clients };
        }
        // A quarter for requests, which are over soon.
        let connections = (most / 4).clamp(1, connections);
        Self { connections, clients: clients.min(most.saturating_sub(connections)).max(1) }
    }
}

impl Crowd {
    /// Room for `clients` on the socket, fewer where the process may not have as many
    /// descriptors.
    pub(super) fn new(guard: Arc<Guard>, clients: usize) -> Self {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let room = Room::of(clients, limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)));
        if room.clients < clients {
            tracing::warn!(
                "only {} clients instead of {clients} (GPU_MONITOR_MAX_CLIENTS): this process may have {} open \
                 files (ulimit -n)",
                room.clients,
                limit.unwrap_or_default()
            );
        }
        Self {
            guard,
            connections: Places::new(room.connections, room.connections.div_ceil(2)),
            refused: Places::new(REFUSED, REFUSED / 4),
            clients: Places::new(room.clients, room.clients.div_ceil(4)),
            turned_away: AtomicU64::new(0),
        }
    }

    /// A place for a connection from `peer`; where there is none, one to be told so; `None` where
    /// there is none of these either.
    pub(super) fn seat(&self, peer: IpAddr) -> Option<Seat> {
        let (who, fair) = (Neighbourhood::of(peer), !self.guard.is_proxy(peer));
        let seat = match self.connections.take(who, fair) {
            Ok(place) => Some(Seat { _place: place, refusal: None }),
            Err(full) => {
                let place = self.one_to_refuse(peer);
                place.map(|place| Seat { _place: place, refusal: Some(Refusal(full)) })
            }
        };
        if seat.as_ref().is_none_or(|seat| seat.refusal.is_some()) {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
        }
        seat
    }

    /// A place for who is to be told that he is refused, where there is one.
    pub(super) fn one_to_refuse(&self, peer: IpAddr) -> Option<Place> {
        self.refused.take(Neighbourhood::of(peer), !self.guard.is_proxy(peer)).ok()
    }

    /// A place for a client on the socket.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn client(&self, who: Neighbourhood) -> Result<Place, Refusal> {
        self.clients.take(who, true).map_err(|full| {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            Refusal(full)
        })
    }

    /// How many were turned away since the start, for want of room.
    pub(super) fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }
}

impl Seat {
    pub(super) const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (code, words) = match self.0 {
            Full::Everywhere => (
                StatusCode::SERVICE_UNAVAILABLE,
                "There is no room for more clients (GPU_MONITOR_MAX_CLIENTS).\n",
            ),
            Full::Share => (
                StatusCode::TOO_MANY_REQUESTS,
                "There are too many clients from this address. (Behind a proxy: GPU_MONITOR_TRUSTED_PROXIES.)\n",
            ),
        };
        (code, [(header::RETRY_AFTER, "5"), (header::CONNECTION, "close")], words).into_response()
    }
}

/// Refuses what comes by a connection that there is no room for.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    match request.extensions().get::<Refusal>() {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_more_room_than_descriptors() {
        let room = |clients, descriptors| {
            let Room { connections, clients } = Room::of(clients, descriptors);
            (connections, clients)
        };
        assert_eq!(room(1024, None), (1024, 1024));
        assert_eq!(room(1024, Some(65_536)), (1024, 1024));
        assert_eq!(room(10, Some(1024)), (512, 10));
        assert_eq!(room(1024, Some(1024)), (224, 672));
        assert_eq!(room(1024, Some(64)), (1, 1));
        for descriptors in 130..3000 {
            let (connections, clients) = room(1024, Some(descriptors));
            assert!(connections + clients + RESERVED + REFUSED <= descriptors.max(130), "{descriptors}");
        }
    }
}
