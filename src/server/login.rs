//! `/login`: the token is shown once, and a cookie afterwards.

use std::time::Duration;

use axum::{
    Form,
    extract::{Extension, Request, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::nonce::Nonce;
use serde::Deserialize;

use super::{
    guard::{self, Peer, Verdict},
    state::State,
};
use crate::ui;

/// What the form says.
#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    token: String,
}

/// The page that asks for it, and says what became of the last answer.
fn page(state: &State, verdict: Verdict) -> Response {
    let (code, words, wait) = match verdict {
        Verdict::Missing | Verdict::Right => (StatusCode::OK, None, None),
        Verdict::Wrong => (StatusCode::UNAUTHORIZED, Some("That is not the token.".to_owned()), None),
        Verdict::Wait(wait) => (StatusCode::TOO_MANY_REQUESTS, Some(too_many(wait)), Some(wait)),
    };
    let nonce = Nonce::new();
    let files = [&state.config.base_path, state.files.prefix().as_str()].concat();
    let html = ui::login(&state.config.base_path, &files, state.files.style(), &nonce, words.as_deref());
    let mut response = (code, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(policy) = guard::page_policy(&nonce, false) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Some(seconds) = wait.and_then(|wait| HeaderValue::try_from(guard::seconds(wait)).ok()) {
        headers.insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn too_many(wait: Duration) -> String {
    format!("Too many wrong tokens were tried from this address. Try again in {} s.", guard::seconds(wait))
}

/// `GET`.
pub(super) async fn ask(Shared(state): Shared<State>, request: Request) -> Response {
    match state.guard.verdict(&request) {
        Verdict::Right => home().into_response(),
        // What a header says is not what the form asked for.
        _ => page(&state, Verdict::Missing),
    }
}

/// `POST`.
pub(super) async fn enter(
    Shared(state): Shared<State>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
    Form(shown): Form<Shown>,
) -> Response {
    match state.guard.try_token(shown.token.trim(), state.guard.client(peer, &headers)) {
        Verdict::Right => with_cookie(&state, true, &headers),
        verdict => page(&state, verdict),
    }
}

/// `POST /logout`.
pub(super) async fn leave(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    with_cookie(&state, false, &headers)
}

fn with_cookie(state: &State, begins: bool, headers: &HeaderMap) -> Response {
    let mut response = home().into_response();
    if let Some(cookie) = state.guard.cookie(begins, headers) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Under whatever path the page is served.
fn home() -> Redirect {
    Redirect::to("./")
}
