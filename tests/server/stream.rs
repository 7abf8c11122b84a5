//! What clients get, and what they can do to each other.

use futures::SinkExt;
use gpu_observatory::telemetry::{Gpu, Process, Snapshot};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

use crate::script::{Running, Script, next};

#[tokio::test]
async fn the_first_message_alone_carries_the_last_minute() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut early = server.connect().await;
    let first = next(&mut early).await;
    assert_eq!(first.server.unwrap().poll_interval_ms, 100);
    assert!(first.history.is_some());
    let mut seen = vec![first.gpus[0].utilization];
    for _ in 0..4 {
        let message = next(&mut early).await;
        assert!(message.history.is_none() && message.server.is_none());
        seen.push(message.gpus[0].utilization);
    }
    // One who comes later has every sample from before, also those that the
    // rate kept from the first.
    let late = next(&mut server.connect().await).await;
    let history = late.history.unwrap();
    let track = &history.gpus["GPU-1"].utilization;
    assert!(seen.iter().all(|value| track.contains(value)), "{seen:?} in {track:?}");
    assert!(track.len() > seen.len(), "5 Hz of 10 Hz were sent: {track:?}");
    assert_eq!(*history.times.last().unwrap(), late.timestamp.millis());
}

#[tokio::test]
async fn the_rate_is_capped() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100", "--ws-max-rate-hz=5"]).await;
    let mut socket = server.connect().await;
    next(&mut socket).await;
    let start = next(&mut socket).await;
    let mut end = start.clone();
    for _ in 0..10 {
        end = next(&mut socket).await;
    }
    // By the samples' own times: ten messages at 5 Hz are two seconds apart.
    let span = end.timestamp.millis() - start.timestamp.millis();
    assert!(span >= 1900, "{span} ms");
}

#[tokio::test]
async fn what_does_not_change_is_not_sent_but_nobody_waits_for_long() {
    let server = Running::start(Script::gpus(vec![Gpu::default()]), &["--poll-interval-ms=100"]).await;
    let mut socket = server.connect().await;
    let first = next(&mut socket).await;
    let reads = server.script.reads();
    let second = next(&mut socket).await;
    assert!(server.script.reads() - reads >= 20, "the same sample was sent again at once");
    let waited = second.timestamp.millis() - first.timestamp.millis();
    assert!(waited < 5000, "{waited} ms without a message");
    assert!(second.says_the_same_as(&Snapshot { timestamp: second.timestamp, ..first }));
}

#[tokio::test]
async fn a_client_that_does_not_read_harms_nobody() {
    let process = |pid| Process { pid, command: Some("x".repeat(500)), ..Process::default() };
    let mut gpus: Vec<_> =
        (0..64).map(|id| Gpu { id, processes: (0..16).map(process).collect(), ..Gpu::default() }).collect();
    gpus[0].uuid = Some("GPU-1".into());
    gpus[0].utilization = Some(0);
    let script = Script::counting_over(gpus);
    let server = Running::start(script, &["--poll-interval-ms=100", "--ws-max-rate-hz=30"]).await;
    let mut reader = server.connect().await;
    next(&mut reader).await;
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    let upgrade = "GET /ws/gpu HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stuck.write_all(upgrade.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    stuck.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 101");
    // Half a megabyte a message fills every buffer of a client that stopped
    // reading long before these are through.
    let mut last = next(&mut reader).await;
    for _ in 0..50 {
        let message = next(&mut reader).await;
        assert!(message.timestamp > last.timestamp);
        assert_eq!(message.continuous_since, last.continuous_since, "the sampler had to wait");
        last = message;
    }
}

#[tokio::test]
async fn clients_that_vanish_are_forgotten() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        let mut socket = server.connect().await;
        next(&mut socket).await;
        sockets.push(socket);
    }
    server.health_until(|_, health| health["clients"] == 20).await;
    drop(sockets);
    server.health_until(|_, health| health["clients"] == 0).await;
}

#[tokio::test]
async fn a_client_that_says_too_much_is_dropped() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut polite = server.connect().await;
    next(&mut polite).await;
    let mut rude = server.connect().await;
    next(&mut rude).await;
    let _ = rude.send(Message::text("x".repeat(100_000))).await;
    server.health_until(|_, health| health["clients"] == 1).await;
    next(&mut polite).await;
}
