//! `/api/*`: the same data without a socket.

use std::time::{Instant, SystemTime};

use axum::{
    Json,
    extract::{Request, State as Shared},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Health, Status, guard::Verdict, state::State};
use crate::telemetry::{Provider, Timestamp};

/// What `/api/config` tells: the settings a client may care about.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PublicConfig {
    poll_interval_ms: u64,
    #[serde(rename = "maxBroadcastHz")]
    max_broadcast_hz: u32,
    provider: Option<Provider>,
    enable_system_metrics: bool,
    /// The source that was asked for; `null` chooses by itself.
    forced_provider: Option<Provider>,
    version: &'static str,
}

/// 200 while there is telemetry, 503 when it is stale. Who does not show the token that is
/// needed is told that, and nothing of what is on the machine.
pub(super) async fn health(Shared(state): Shared<State>, request: Request) -> Response {
    let health = Health::of(&state.feed, Instant::now(), SystemTime::now().into());
    let code = if health.status == Status::Stale { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    if state.guard.verdict(&request) == Verdict::Right {
        (code, headers, Json(health)).into_response()
    } else {
        (code, headers, Json(health.brief())).into_response()
    }
}

pub(super) async fn config(Shared(state): Shared<State>) -> Response {
    let config = PublicConfig {
        poll_interval_ms: state.feed.info().poll_interval_ms,
        max_broadcast_hz: state.config.max_broadcast_hz,
        provider: state.feed.latest().and_then(|frame| frame.snapshot.provider),
        enable_system_metrics: state.config.enable_system_metrics,
        forced_provider: state.config.provider,
        version: env!("CARGO_PKG_VERSION"),
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(config)).into_response()
}

/// The latest sample, as the socket sends it; 503 before the first one.
pub(super) async fn snapshot(Shared(state): Shared<State>) -> Response {
    match state.feed.latest() {
        Some(frame) => {
            let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
            (headers, frame.text()).into_response()
        }
        None => not_yet(Timestamp::from(SystemTime::now())),
    }
}

fn not_yet(now: Timestamp) -> Response {
    #[derive(Serialize)]
    struct NotYet {
        error: &'static str,
        timestamp: Timestamp,
    }
    let body = NotYet { error: "no sample yet", timestamp: now };
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
