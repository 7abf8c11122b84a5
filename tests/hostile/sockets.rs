//! What is said on a socket that is open, and how the server closes it.

use flate2::{Compress, Compression, FlushCompress};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, client::IntoClientRequest},
};

use crate::{
    script::{Running, Script, next},
    wire::{closed_with, frame, get, handshake, is_unharmed, send, upgraded},
};

const PROTOCOL: u16 = 1002;
const TOO_LONG: u16 = 1009;

/// As many zeroes as fit in a message that may be sent: a thousand times as long.
fn bomb() -> Vec<u8> {
    let mut squeezed = Vec::with_capacity(8192);
    let zeroes = vec![0; 3 << 20];
    Compress::new(Compression::best(), false)
        .compress_vec(&zeroes, &mut squeezed, FlushCompress::Sync)
        .unwrap();
    assert!(squeezed.len() < 4096, "{}", squeezed.len());
    squeezed
}

#[tokio::test]
async fn each_bad_frame_closes_its_own_socket() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut witness = server.connect().await;
    let fragments = |count: usize| {
        let mut bytes = frame(0x01, &[b'x'; 1000]);
        for _ in 1..count {
            bytes.extend(frame(0x00, &[b'x'; 1000]));
        }
        bytes
    };
    let mut announced = vec![0x81, 0xff];
    announced.extend((1_u64 << 62).to_be_bytes());
    announced.extend([0; 4]);
    for (what, bytes, code) in [
        ("a message of 5000 bytes", frame(0x81, &[b'x'; 5000]), TOO_LONG),
        ("a message of 1 MB", frame(0x82, &vec![0; 1 << 20]), TOO_LONG),
        ("a message of 4 EiB, announced", announced, TOO_LONG),
        ("a message without end in pieces", fragments(100), TOO_LONG),
        ("no mask", vec![0x81, 0x01, b'x'], PROTOCOL),
        ("a reserved bit", frame(0xa1, b"x"), PROTOCOL),
        ("compression that was not agreed upon", frame(0xc1, b"x"), PROTOCOL),
        ("an unknown kind of frame", frame(0x83, b"x"), PROTOCOL),
        ("an unknown control frame", frame(0x8b, b""), PROTOCOL),
        ("a ping of 126 bytes", frame(0x89, &[0; 126]), PROTOCOL),
        ("a ping in pieces", frame(0x09, b""), PROTOCOL),
        ("HTTP once more", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(), PROTOCOL),
    ] {
        let mut socket = upgraded(&server, "").await;
        // It may be closed before all of it is sent.
        let _ = socket.write_all(&bytes).await;
        assert_eq!(closed_with(&mut socket).await, code, "{what}");
        println!("| {what}, on the socket | closed with {code} |");
        next(&mut witness).await;
    }
    let mut socket = upgraded(&server, "Sec-WebSocket-Extensions: permessage-deflate\r\n").await;
    let bomb = frame(0xc2, &bomb());
    for _ in 0..100 {
        socket.write_all(&bomb).await.unwrap();
    }
    // It is dropped as it is, and never inflated.
    socket.write_all(&frame(0x88, &[])).await.unwrap();
    drop(socket);
    server.health_until(|_, health| health["clients"] == 1).await;
    is_unharmed(&server).await;
}

#[tokio::test]
async fn a_protocol_that_is_not_spoken_is_not_agreed_upon() {
    let server = Running::start(Script::counting(), &[]).await;
    let mut request = format!("ws://{}/ws/gpu", server.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-ws, mqtt".parse().unwrap());
    let Err(Error::Protocol(error)) = connect_async(request).await else { panic!("it was agreed upon") };
    assert!(error.to_string().contains("ubprotocol"), "{error}");
    is_unharmed(&server).await;
}

#[tokio::test]
async fn nothing_is_agreed_upon_but_what_can_be_shared() {
    let server = Running::start(Script::counting(), &[]).await;
    let many = "permessage-deflate; server_max_window_bits=8, ".repeat(200);
    for offer in ["permessage-deflate; server_max_window_bits=8", "x-bomb", "permessage-deflate; =", &many] {
        let bytes = handshake(&format!("Sec-WebSocket-Extensions: {offer}\r\n"));
        let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut head = [0; 512];
        let count = tokio::io::AsyncReadExt::read(&mut stream, &mut head).await.unwrap();
        let head = String::from_utf8_lossy(&head[..count]).to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 101") && !head.contains("extensions"), "{offer}: {head}");
    }
    is_unharmed(&server).await;
}

#[tokio::test]
async fn more_clients_than_there_is_room_for_are_refused() {
    let server = Running::start(Script::counting(), &["--max-clients=8"]).await;
    let mut first = upgraded(&server, "").await;
    let _second = upgraded(&server, "").await;
    // A quarter of eight.
    let refused = send(server.address, handshake("").as_bytes()).await;
    assert_eq!(refused.code, 429);
    assert!(
        refused.head.contains("retry-after: 5") && refused.body.contains("from this address"),
        "{refused:?}"
    );
    let mut page = upgraded(&server, "Origin: http://localhost\r\n").await;
    assert_eq!(closed_with(&mut page).await, 1013, "a script sees no other refusal");
    first.write_all(&frame(0x88, &[])).await.unwrap();
    drop(first);
    server.health_until(|_, health| health["clients"] == 1).await;
    upgraded(&server, "").await;
    let metrics = get(&server, "/metrics", "").await.body;
    assert!(metrics.contains("gpu_observatory_turned_away_total{} 2.0"), "{metrics}");
}

#[tokio::test]
async fn a_trusted_proxys_clients_have_their_own_shares() {
    let flags = ["--max-clients=8", "--trusted-proxies=127.0.0.0/8"];
    let server = Running::start(Script::counting(), &flags).await;
    let mut held = Vec::new();
    for client in 1..=4 {
        let headers = format!("X-Forwarded-For: 6.6.6.6, 192.0.2.{client}\r\n");
        held.push(upgraded(&server, &headers).await);
        held.push(upgraded(&server, &headers).await);
    }
    let full = send(server.address, handshake("X-Forwarded-For: 192.0.2.9\r\n").as_bytes()).await;
    assert_eq!(full.code, 503);
    assert!(full.body.contains("GPU_MONITOR_MAX_CLIENTS"), "{full:?}");
    drop(held);
    let server = Running::start(Script::counting(), &["--max-clients=8"]).await;
    let _held = [upgraded(&server, "").await, upgraded(&server, "X-Forwarded-For: 192.0.2.1\r\n").await];
    let made_up = send(server.address, handshake("X-Forwarded-For: 192.0.2.2\r\n").as_bytes()).await;
    assert_eq!(made_up.code, 429, "whom nobody trusts is not believed");
}
