//! The server's life: start, serve, shut down.

use std::{future::Future, io, sync::Arc, time::Duration};

use leptos_config::LeptosOptions;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Feed, Sampler,
    crowd::Crowd,
    door,
    guard::Guard,
    routes::routes,
    site::{Files, Site},
    socket::Room,
    state::State,
};
use crate::{
    collect::{Collector, DemoScenario},
    config::{Config, Token},
    telemetry::Provider,
};

/// All of it ends within three seconds: this long for the connections,
const CLOSE: Duration = Duration::from_secs(2);
/// and this long for the sampler.
const SAMPLER: Duration = Duration::from_secs(1);

/// What a server is made of.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its settings.
    pub config: Config,
    /// What who asks must present; `None`: nothing.
    pub token: Option<Token>,
    /// Leptos' settings.
    pub options: LeptosOptions,
    /// The built site.
    pub site: Site,
}

/// Serves on `listener` until `shutdown` completes, sampling what `open` opens
/// on the sampler's thread, anew for each scene of the demo. Sockets are then closed with 1001, requests under way
/// are answered, and the call returns within three seconds.
///
/// # Errors
/// When there is no thread for the sampler.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    open: impl Fn(DemoScenario) -> Collector + Send + 'static,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let Server { config, token, options, site } = server;
    // The demo is asked for, not forced upon anything.
    let plays = (config.provider == Some(Provider::Demo)).then_some(config.demo_scenario);
    let forced = config.provider.is_some() && plays.is_none();
    let feed = Arc::new(Feed::new(config.poll_interval, config.max_broadcast_hz, forced));
    let sampler = Sampler::start(Arc::clone(&feed), config.poll_interval, plays, open)?;
    let guard = Arc::new(Guard::new(&config, token));
    let state = State {
        room: Arc::new(Room::new(Arc::clone(&feed))),
        crowd: Arc::new(Crowd::new(Arc::clone(&guard), config.max_clients)),
        guard,
        feed,
        orders: sampler.orders(),
        config: Arc::new(config),
        options,
        files: Arc::new(Files::new(site)),
        closing: CancellationToken::new(),
        connections: TaskTracker::new(),
    };
    let State { room, crowd, closing, connections, .. } = state.clone();
    let stop = closing.clone();
    tokio::spawn(async move { stop.run_until_cancelled(room.serve()).await });
    let (tasks, stop) = (connections.clone(), closing.clone());
    let door = tokio::spawn(door::open(listener, routes(state, plays.is_some()), crowd, tasks, stop));
    shutdown.await;
    closing.cancel();
    // What listened is let go of before anything is waited for.
    let accepted = door.await;
    connections.close();
    // Whoever takes longer is cut off.
    let _ = timeout(CLOSE, connections.wait()).await;
    tokio::task::spawn_blocking(move || sampler.stop(SAMPLER)).await.map_err(io::Error::other)?;
    accepted.map_err(io::Error::other)
}
