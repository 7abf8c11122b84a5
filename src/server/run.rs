//! The server's life: start, serve, shut down.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::{
    Router,
    response::Redirect,
    routing::{any, get, post},
    serve::ListenerExt,
};
use leptos_config::LeptosOptions;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::compression::CompressionLayer;

use super::{
    Feed, Sampler, api, demo, metrics, page,
    site::{Files, Site},
    socket::{self, Room},
    state::State,
};
use crate::{
    collect::{Collector, DemoScenario},
    config::Config,
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
/// When there is no thread for the sampler, or accepting connections fails.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    open: impl Fn(DemoScenario) -> Collector + Send + 'static,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let Server { config, options, site } = server;
    // The demo is asked for, not forced upon anything.
    let plays = (config.provider == Some(Provider::Demo)).then_some(config.demo_scenario);
    let forced = config.provider.is_some() && plays.is_none();
    let feed = Arc::new(Feed::new(config.poll_interval, config.max_broadcast_hz, forced));
    let sampler = Sampler::start(Arc::clone(&feed), config.poll_interval, plays, open)?;
    let closing = CancellationToken::new();
    let state = State {
        room: Arc::new(Room::new(Arc::clone(&feed))),
        feed,
        orders: sampler.orders(),
        config: Arc::new(config),
        options,
        files: Arc::new(Files::new(site)),
        closing: closing.clone(),
        sockets: TaskTracker::new(),
    };
    let sockets = state.sockets.clone();
    let stop = closing.clone();
    let room = Arc::clone(&state.room);
    tokio::spawn(async move { stop.run_until_cancelled(room.serve()).await });
    let app = Router::new()
        .route("/ws/gpu", get(socket::upgrade))
        .route("/api/health", get(api::health))
        .route("/api/config", get(api::config))
        .route("/api/snapshot", get(api::snapshot).layer(CompressionLayer::new()))
        .route("/demo", if plays.is_some() { post(demo::play) } else { any(page::missing) })
        .route("/metrics", get(metrics::scrape).layer(CompressionLayer::new()))
        .merge(page::routes());
    let app = under(&state.config.base_path.clone(), app).with_state(state);

    // A frame is one small write: waiting for more would only delay it.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let stop = closing.clone();
    let mut accepting = tokio::spawn(async move {
        axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await
    });
    let on_signal = async {
        shutdown.await;
        closing.cancel();
    };
    let failed = tokio::select! {
        result = &mut accepting => Some(result),
        () = on_signal => None,
    };
    let result = if let Some(result) = failed {
        result
    } else {
        sockets.close();
        let all = async {
            sockets.wait().await;
            (&mut accepting).await
        };
        timeout(CLOSE, all).await.unwrap_or(Ok(Ok(())))
    };
    closing.cancel();
    tokio::task::spawn_blocking(move || sampler.stop(SAMPLER)).await.map_err(io::Error::other)?;
    result.map_err(io::Error::other)?
}

/// The routes under a path, which begins and ends with a slash.
fn under(base: &str, routes: Router<State>) -> Router<State> {
    if base == "/" {
        return routes;
    }
    let to = Redirect::temporary(base);
    let redirect = get(async move || to);
    Router::new().route(base.trim_end_matches('/'), redirect).nest(base, routes).fallback(page::missing)
}
