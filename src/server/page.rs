//! `/`: the page with the current values in its HTML.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State as Shared},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::prelude::provide_context;
use tower_http::{CompressionLevel, compression::CompressionLayer};

use super::{site, state::State};
use crate::ui;

/// A tenth smaller than the usual level, and as fast; those above are much slower.
const LEVEL: CompressionLevel = CompressionLevel::Precise(5);

/// The page and its files.
pub(super) fn routes() -> Router<State> {
    // The files come compressed as they were built.
    Router::new().route("/", get(page).layer(CompressionLayer::new().quality(LEVEL))).fallback(site::file)
}

async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let seed = ui::Seed(Arc::new(state.feed.seed()));
    let (options, base) = (state.options.clone(), state.config.base_path.clone());
    let files = Arc::clone(&state.files);
    let prefix = [&base, files.prefix().as_str()].concat();
    let render = leptos_axum::render_app_to_stream_with_context(
        move || provide_context(seed.clone()),
        move || ui::shell(options.clone(), base.clone(), &prefix, files.style()),
    );
    let mut response = render(request).await.into_response();
    // The values in it are of this moment.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Where nothing is.
pub(super) async fn missing(Shared(state): Shared<State>) -> Response {
    let words = format!("There is nothing here. The dashboard is at {}\n", state.config.base_path);
    (StatusCode::NOT_FOUND, words).into_response()
}
