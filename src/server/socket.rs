//! `/ws/gpu`: the same stream for everybody.

use std::time::Duration;

use axum::{
    Error,
    extract::{
        self, WebSocketUpgrade,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code},
    },
    response::Response,
};
use futures::StreamExt;
use tokio::time::{Instant, timeout, timeout_at};

use super::{outage, state::State};

/// A client hears something at least this often, so that it can tell a quiet
/// server from a dead connection. The contract says five seconds; the rest is
/// for the way.
const HEARTBEAT: Duration = Duration::from_millis(4500);
/// A client that takes no message for this long is dropped.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a client may take to answer our goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// Clients have nothing to say; this is room for a close reason.
const LONGEST_MESSAGE: usize = 4096;

pub(super) async fn upgrade(
    extract::State(state): extract::State<State>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let token = state.sockets.token();
    upgrade.max_message_size(LONGEST_MESSAGE).max_frame_size(LONGEST_MESSAGE).write_buffer_size(0).on_upgrade(
        async move |socket| {
            let _token = token;
            serve(socket, &state).await;
        },
    )
}

/// Serves one client until it or the server goes.
async fn serve(mut socket: WebSocket, state: &State) {
    let served = async {
        if !outage::is_over(&state.feed).await {
            return Ok(close_code::AWAY);
        }
        tokio::select! {
            end = stream(&mut socket, state) => end.map(|()| close_code::NORMAL),
            () = outage::begins(&state.feed) => Ok(close_code::AWAY),
        }
    };
    let farewell = tokio::select! {
        end = served => match end {
            Ok(code) => code,
            Err(_) => return,
        },
        () = state.closing.cancelled() => close_code::AWAY,
    };
    let _ = timeout(GOODBYE, close(&mut socket, farewell)).await;
}

/// Sends every frame that is published, newest wins; returns when the client
/// says goodbye.
///
/// # Errors
/// When the connection broke or the client stopped reading.
async fn stream(socket: &mut WebSocket, state: &State) -> Result<(), Error> {
    let mut frames = state.feed.subscribe();
    let mut greeted = None;
    let mut seen = state.feed.published();
    loop {
        // Marked as seen before the text is made: what is published in between
        // is sent twice rather than never.
        frames.mark_unchanged();
        let known = greeted.is_some();
        if let Some(text) = state.feed.next(&mut greeted) {
            let published = state.feed.published();
            let skipped = published.saturating_sub(std::mem::replace(&mut seen, published)).saturating_sub(1);
            send(socket, text).await?;
            state.feed.note_delivery(if known { skipped } else { 0 });
        }
        let quiet_until = Instant::now() + HEARTBEAT;
        loop {
            tokio::select! {
                changed = timeout_at(quiet_until, frames.changed()) => match changed {
                    Ok(Err(_)) => return Ok(()),
                    Ok(Ok(())) | Err(_) => break,
                },
                // Reading is what notices a close, answers pings and bounds what
                // a talkative client can do.
                message = socket.next() => match message {
                    None | Some(Ok(Message::Close(_))) => return Ok(()),
                    Some(Err(error)) => return Err(error),
                    Some(Ok(_)) => {}
                },
            }
        }
    }
}

async fn send(socket: &mut WebSocket, text: Utf8Bytes) -> Result<(), Error> {
    timeout(PATIENCE, socket.send(Message::Text(text))).await.map_err(Error::new)?
}

/// Says why and waits for the answer, as the protocol asks.
async fn close(socket: &mut WebSocket, code: u16) {
    let reason = Utf8Bytes::from_static(if code == close_code::AWAY { "server shuts down" } else { "" });
    if socket.send(Message::Close(Some(CloseFrame { code, reason }))).await.is_ok() {
        while let Some(Ok(_)) = socket.next().await {}
    }
}
