//! `/`: the page with the current values in its HTML.

use std::sync::Arc;

use axum::{
    extract::{Request, State as Shared},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::ResponseOptions;
use tower_http::CompressionLevel;

use super::{guard::page_policy, state::State};
use crate::ui;

/// A tenth smaller than the usual level, and as fast; those above are much slower.
pub(super) const LEVEL: CompressionLevel = CompressionLevel::Precise(5);

pub(super) async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let seed = ui::Seed(Arc::new(state.feed.seed()));
    let (options, base) = (state.options.clone(), state.config.base_path.clone());
    let files = Arc::clone(&state.files);
    let prefix = [&base, files.prefix().as_str()].concat();
    let (developed, leaves) = (files.is_developed(), state.guard.is_locked());
    let render = leptos_axum::render_app_to_stream_with_context(
        move || {
            provide_context(seed.clone());
            let policy = use_nonce().and_then(|nonce| page_policy(&nonce, developed));
            if let Some((response, policy)) = use_context::<ResponseOptions>().zip(policy) {
                response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
            }
        },
        move || ui::shell(options.clone(), base.clone(), &prefix, files.style(), leaves),
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
