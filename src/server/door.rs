//! Accepts connections and serves each: as many as there is room for, none for ever.

use std::{io, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use super::{
    crowd::{Crowd, Seat},
    guard::Peer,
};

/// How long a client may take to send the head of a request, or be silent between two.
const HEAD: Duration = Duration::from_secs(15);
/// How long a connection is kept for further requests. One that became a socket is none of them.
const LIFE: Duration = Duration::from_secs(60);
/// How much longer the last answer may take to be read.
const LAST: Duration = Duration::from_secs(30);
/// Room for the head of a request and what is read at once.
const BUFFER: usize = 32 * 1024;
/// After an error that is not one connection's: the process has run out of something.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves `app` to whoever connects, until `closing`. Connections are counted in `tasks`.
pub(super) async fn open(
    listener: TcpListener,
    app: Router,
    crowd: Arc<Crowd>,
    tasks: TaskTracker,
    closing: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closing.cancelled() => return,
        };
        match accepted {
            Ok((stream, address)) => {
                let peer = Peer(address.ip().to_canonical());
                // Whom there is no room for even to be refused is let go of at once.
                if let Some(seat) = crowd.seat(peer.0) {
                    let served = serve(stream, peer, seat, app.clone(), closing.clone());
                    tasks.spawn(served);
                }
            }
            Err(error) if is_one_connections(&error) => {}
            Err(error) => {
                tracing::warn!("connections cannot be accepted: {error}");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the error says only that somebody went before he was let in.
fn is_one_connections(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves one connection. The seat is given up when it ends or becomes a socket.
async fn serve(stream: TcpStream, peer: Peer, seat: Seat, app: Router, closing: CancellationToken) {
    // A frame is one small write: waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    let refusal = seat.refusal();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let app = app.clone();
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            if let Some(refusal) = refusal {
                request.extensions_mut().insert(refusal);
            }
            app.oneshot(request).await
        }
    });
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(BUFFER)
            .keep_alive(refusal.is_none())
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    tokio::select! {
        // What goes wrong is the client's; it was told if it can be.
        _ = connection.as_mut() => return,
        () = sleep(LIFE) => {}
        () = closing.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST, connection).await;
    drop(seat);
}
