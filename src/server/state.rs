//! What every request can reach.

use std::sync::{Arc, mpsc};

use leptos_config::LeptosOptions;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Feed, Order, crowd::Crowd, guard::Guard, site::Files, socket::Room};
use crate::config::Config;

/// Shared by all requests; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) feed: Arc<Feed>,
    pub(super) room: Arc<Room>,
    pub(super) guard: Arc<Guard>,
    pub(super) crowd: Arc<Crowd>,
    /// To the sampler.
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) config: Arc<Config>,
    pub(super) options: LeptosOptions,
    pub(super) files: Arc<Files>,
    /// Cancelled when the server shuts down.
    pub(super) closing: CancellationToken,
    /// All connections, those that became sockets included.
    pub(super) connections: TaskTracker,
}
