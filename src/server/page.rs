//! `/`: the page with the current values in its HTML, and the files it loads.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    extract::{Request, State as Shared},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::prelude::provide_context;
use tower_http::{services::ServeDir, set_header::SetResponseHeader};

use super::state::State;
use crate::ui;

/// The page and the files of the site in `site`.
pub(super) fn routes(site: &Path) -> Router<State> {
    let files = ServeDir::new(site)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .fallback(get(missing));
    // File names carry no hash: a browser asks each time and is told "not modified".
    let files =
        SetResponseHeader::if_not_present(files, header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new().route("/", get(page)).fallback_service(files)
}

async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let seed = ui::Seed(Arc::new(state.feed.seed()));
    let options = state.options.clone();
    let render = leptos_axum::render_app_to_stream_with_context(
        move || provide_context(seed.clone()),
        move || ui::shell(options.clone(), "/".to_owned()),
    );
    let mut response = render(request).await.into_response();
    // The values in it are of this moment.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) async fn missing() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing here. The dashboard is at /.\n").into_response()
}
