//! `/ws/gpu`: the same stream for everybody.

mod connection;
mod handshake;
mod incoming;

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    extract::{self, Request},
    response::{IntoResponse, Response},
};
use tokio::time::{sleep, timeout};
use tungstenite::protocol::frame::coding::CloseCode;

use self::connection::{Connection, End, Heard};
use super::{
    Feed,
    feed::{Deflate, Listener},
    outage,
    state::State,
};

/// A client hears something at least this often, so that it can tell a quiet
/// server from a dead connection. The contract says five seconds; the rest is
/// for the way.
const HEARTBEAT: Duration = Duration::from_millis(4500);
/// How long a client may take to answer our goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// Has the latest sample sent again, to all, where nothing is new for long.
pub(super) async fn keep_alive(feed: &Feed) {
    loop {
        sleep(feed.keep_alive(Instant::now(), HEARTBEAT)).await;
    }
}

pub(super) async fn upgrade(
    extract::State(state): extract::State<State>,
    mut request: Request<Body>,
) -> Response {
    let deflate = handshake::deflate(request.headers());
    let response = match handshake::accept(&request, deflate) {
        Ok(response) => response,
        Err(refusal) => return refusal.into_response(),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let token = state.sockets.token();
    tokio::spawn(async move {
        let _token = token;
        // One that does not come back after the handshake is none of ours.
        if let Ok(upgraded) = upgrade.await {
            serve(Connection::new(upgraded, deflate != Deflate::No), deflate, &state).await;
        }
    });
    response
}

/// Serves one client until it or the server goes.
async fn serve(mut connection: Connection, deflate: Deflate, state: &State) {
    let served = async {
        if !outage::is_over(&state.feed).await {
            return End::Close(CloseCode::Away);
        }
        tokio::select! {
            end = stream(&mut connection, deflate, state) => end,
            () = outage::begins(&state.feed) => End::Close(CloseCode::Away),
        }
    };
    let end = tokio::select! {
        end = served => end,
        () = state.closing.cancelled() => End::Close(CloseCode::Away),
    };
    let End::Close(code) = end else { return };
    let reason = match code {
        CloseCode::Away => "server shuts down",
        CloseCode::Size => "message too long",
        _ => "",
    };
    let _ = timeout(GOODBYE, connection.close(code, reason)).await;
}

/// Sends every frame that is published, newest wins, until the connection ends.
async fn stream(connection: &mut Connection, deflate: Deflate, state: &State) -> End {
    let mut frames = state.feed.subscribe();
    let mut listener = Listener::new(deflate);
    loop {
        frames.mark_unchanged();
        while let Some(delivery) = state.feed.next(&mut listener) {
            if let Err(end) = connection.send(&delivery.bytes).await {
                return end;
            }
            state.feed.note_delivery(delivery.skipped);
        }
        if let Err(end) = connection.check().await {
            return end;
        }
        tokio::select! {
            // The feed outlives its clients.
            _ = frames.changed() => {}
            // Reading is what notices a close, answers pings and bounds what
            // a talkative client can do.
            heard = connection.listen() => {
                let said = match heard {
                    Heard::Ping(answer) => connection.send(&answer).await,
                    Heard::End(end) => Err(end),
                };
                if let Err(end) = said {
                    return end;
                }
            }
        }
    }
}
