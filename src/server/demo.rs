//! `POST /demo`: plays another scene of the demo, for all who look.

use std::time::Duration;

use axum::{
    Form,
    extract::State as Shared,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tokio::time::timeout;

use super::{Order, state::State};
use crate::collect::DemoScenario;

/// How long to wait for the first sample of the scene, so that the page that is loaded
/// next shows it. A source that hangs takes a moment to be let go of.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the page's form says.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    pub(super) scenario: String,
}

pub(super) async fn play(Shared(state): Shared<State>, Form(wish): Form<Wish>) -> Response {
    let scenario = match wish.scenario.parse::<DemoScenario>() {
        Ok(scenario) => scenario,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    let mut scenes = state.feed.scenes();
    // Nobody takes orders any more: the server is about to end.
    let _ = state.orders.send(Order::Play(scenario));
    let _ = timeout(PATIENCE, scenes.changed()).await;
    // Under whatever path the page is served.
    Redirect::to("./").into_response()
}
