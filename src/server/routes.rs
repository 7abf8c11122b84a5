//! What is served where, and what stands before it.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::Redirect,
    routing::{any, get, post},
};
use tower::util::option_layer;
use tower_http::{
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
    timeout::TimeoutLayer,
};

use super::{api, crowd, demo, guard, login, metrics, page, site, socket, state::State};
use crate::config::Origins;

/// How long a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most of a body, in bytes: a token with its name is the longest.
const BODY: usize = 4096;

/// All of it. `demo`: whether scenes of the demo can be chosen.
pub(super) fn routes(state: State, demo: bool) -> Router {
    let unlock = || from_fn_with_state(state.clone(), guard::unlock);
    let data = Router::new()
        .route("/api/config", get(api::config))
        .route("/api/snapshot", get(api::snapshot))
        .route("/metrics", get(metrics::scrape))
        .layer(CompressionLayer::new())
        .route("/demo", if demo { post(demo::play) } else { any(page::missing) })
        .route_layer(unlock());
    // Compressed by itself, as files are by the build.
    let socket = Router::new()
        .route("/ws/gpu", get(socket::upgrade))
        .route_layer(from_fn_with_state(state.clone(), socket::unlock));
    let page = Router::new()
        .route("/", get(page::page).layer(CompressionLayer::new().quality(page::LEVEL)))
        .route_layer(from_fn_with_state(state.clone(), guard::unlock_page));
    // For everybody: what tells nothing of the machine.
    let open = Router::new()
        .route("/api/health", get(api::health))
        .route("/login", get(login::ask).post(login::enter).layer(CompressionLayer::new()))
        .route("/logout", post(login::leave))
        .fallback(site::file);
    let all = open.merge(data).merge(socket).merge(page);
    under(&state.config.base_path, all)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(option_layer(cors(&state.config.cors_origins)))
        .layer(from_fn_with_state(state.clone(), guard::admit))
        .layer(from_fn(crowd::refuse))
        .layer(from_fn(guard::add_headers))
        .with_state(state)
}

/// Pages of these origins may read, and nothing more; no others unless they are asked for.
fn cors(origins: &Origins) -> Option<CorsLayer> {
    let origins = match origins {
        Origins::Any => AllowOrigin::any(),
        Origins::These(origins) if origins.is_empty() => return None,
        Origins::These(origins) => {
            AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
        }
    };
    let cors = CorsLayer::new().allow_origin(origins);
    Some(cors.allow_methods([Method::GET]).allow_headers([header::AUTHORIZATION]))
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
