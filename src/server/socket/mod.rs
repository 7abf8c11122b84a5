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
    response::{IntoResponse, Response},
};
use hyper::upgrade::Upgraded;
use hyper_util::{rt::TokioIo, server::conn::auto::upgrade::downcast};
use tokio::{net::TcpStream, time::timeout};
use tungstenite::protocol::frame::coding::CloseCode;

pub(super) use self::room::Room;
use self::{
    incoming::Incoming,
    peer::{End, Peer},
};
use super::{Deflate, Listener, outage, state::State};

/// How long a client may take to answer our goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

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
            serve(upgraded, deflate, &state).await;
        }
    });
    response
}

/// Serves one client until it or the server goes.
async fn serve(upgraded: Upgraded, deflate: Deflate, state: &State) {
    // It is what the listener in `run` gives.
    let Ok(parts) = downcast::<TokioIo<TcpStream>>(upgraded) else {
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
