//! `/ws/gpu`: the same stream for everybody.

#[cfg(any(feature = "fuzz", test))]
pub(crate) mod fuzz;
mod handshake;
mod incoming;
mod peer;
mod room;

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{self, Request},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use tungstenite::protocol::frame::coding::CloseCode;

pub(super) use self::room::Room;
use self::{
    incoming::Incoming,
    peer::{End, Peer},
};
use super::{
    Deflate, Listener,
    guard::{self, Verdict},
    outage,
    places::Place,
    state::State,
};

/// How long a client may take to answer our goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

pub(super) async fn upgrade(
    extract::State(state): extract::State<State>,
    mut request: Request<Body>,
) -> Response {
    // Before all else, so that who asks in the plain way is told as well.
    let who = state.guard.client(guard::peer(&request), request.headers());
    let place = match state.crowd.client(who) {
        Ok(place) => place,
        Err(full) => {
            return turn_away(
                &state,
                request,
                full.into_response(),
                CloseCode::Again,
                "no room for more clients",
            );
        }
    };
    let deflate = handshake::deflate(request.headers());
    let response = match handshake::accept(&request, deflate) {
        Ok(response) => response,
        Err(refusal) => return refusal.into_response(),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let tasks = state.connections.clone();
    tasks.spawn(async move {
        // One that does not come back after the handshake is none of ours.
        if let Ok(upgraded) = upgrade.await {
            serve(upgraded, deflate, &state, place).await;
        }
    });
    response
}

/// Answers only who may see it, as [`guard::unlock`] does.
pub(super) async fn unlock(
    extract::State(state): extract::State<State>,
    request: Request<Body>,
    next: Next,
) -> Response {
    match state.guard.verdict(&request) {
        Verdict::Right => next.run(request).await,
        verdict => turn_away(&state, request, guard::refuse(verdict), CloseCode::Policy, "sign in first"),
    }
}

/// Refuses a client with `refusal`. No script sees how a handshake fails, though, so that a
/// browser's is completed first where there is room for that, and the socket closed with `code`.
fn turn_away(
    state: &State,
    mut request: Request<Body>,
    refusal: Response,
    code: CloseCode,
    reason: &'static str,
) -> Response {
    let browser = request.headers().contains_key(header::ORIGIN);
    let Some(place) = browser.then(|| state.crowd.one_to_refuse(guard::peer(&request))).flatten() else {
        return refusal;
    };
    let Ok(response) = handshake::accept(&request, Deflate::No) else { return refusal };
    let upgrade = hyper::upgrade::on(&mut request);
    state.connections.spawn(async move {
        let _place = place;
        if let Ok(upgraded) = upgrade.await
            && let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>()
        {
            let mut incoming = Incoming::new(false, parts.read_buf);
            let peer = Peer::new(parts.io.into_inner(), Listener::new(Deflate::No));
            let _ = timeout(GOODBYE, peer.close(&mut incoming, code, reason)).await;
        }
    });
    response
}

/// Serves one client until it or the server goes.
async fn serve(upgraded: Upgraded, deflate: Deflate, state: &State, _place: Place) {
    // It is what the door gives.
    let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
        tracing::error!("a connection is not what was listened for");
        return;
    };
    let mut incoming = Incoming::new(deflate != Deflate::No, parts.read_buf);
    let peer = Arc::new(Peer::new(parts.io.into_inner(), Listener::new(deflate)));
    let served = async {
        if !outage::is_over(&state.feed).await {
            return End::Close(CloseCode::Away);
        }
        let _place = state.room.enter(Arc::clone(&peer));
        peer.deliver(&state.feed);
        tokio::select! {
            end = peer.run(&mut incoming, &state.feed) => end,
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
    let _ = timeout(GOODBYE, peer.close(&mut incoming, code, reason)).await;
}
