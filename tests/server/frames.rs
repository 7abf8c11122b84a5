//! The socket as bytes: what is agreed upon, how messages are compressed, what a client may do.

use std::io::Cursor;

use flate2::{Decompress, FlushDecompress};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::tungstenite::protocol::frame::{
    Frame, FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

use crate::script::{FOREVER, Running, Script, next_text};

const HELLO: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A client that sees each byte.
struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
    inflater: Decompress,
}

impl Client {
    /// Connects with these header lines besides the usual ones, and this behind them; the
    /// answer's head comes with it.
    async fn connect(server: &Running, headers: &str, early: &[u8]) -> (Self, String) {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!("GET /ws/gpu HTTP/1.1\r\nHost: {}\r\n{HELLO}{headers}\r\n", server.address);
        stream.write_all(&[request.as_bytes(), early].concat()).await.unwrap();
        let mut client = Self { stream, unread: Vec::new(), inflater: Decompress::new(false) };
        let end = loop {
            if let Some(end) = client.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            client.read().await;
        };
        let head = client.unread.drain(..end).collect();
        (client, String::from_utf8(head).unwrap().to_ascii_lowercase())
    }

    async fn read(&mut self) {
        let count = timeout(FOREVER, self.stream.read_buf(&mut self.unread)).await.unwrap().unwrap();
        assert!(count > 0, "the connection ended");
    }

    async fn frame(&mut self) -> (FrameHeader, Vec<u8>) {
        loop {
            let mut cursor = Cursor::new(&self.unread);
            if let Some((header, length)) = FrameHeader::parse(&mut cursor).unwrap() {
                let start = usize::try_from(cursor.position()).unwrap();
                let end = start + usize::try_from(length).unwrap();
                if self.unread.len() >= end {
                    let payload = self.unread[start..end].to_vec();
                    self.unread.drain(..end);
                    return (header, payload);
                }
            }
            self.read().await;
        }
    }

    /// The next message, inflated as it says, and how long it was on the wire.
    async fn text(&mut self) -> (String, usize) {
        let (header, payload) = self.frame().await;
        assert_eq!(header.opcode, OpCode::Data(Data::Text));
        assert!(header.is_final && header.mask.is_none());
        if !header.rsv1 {
            return (String::from_utf8(payload.clone()).unwrap(), payload.len());
        }
        let mut text = Vec::with_capacity(1 << 20);
        for part in [&payload[..], &[0, 0, 0xff, 0xff]] {
            self.inflater.decompress_vec(part, &mut text, FlushDecompress::Sync).unwrap();
        }
        (String::from_utf8(text).unwrap(), payload.len())
    }

    async fn send(&mut self, mut frame: Frame) {
        frame.header_mut().mask = Some([9, 8, 7, 6]);
        let mut bytes = Vec::new();
        frame.format(&mut bytes).unwrap();
        self.stream.write_all(&bytes).await.unwrap();
    }

    /// The code with which the server says goodbye.
    async fn goodbye(&mut self) -> CloseCode {
        loop {
            let (header, payload) = self.frame().await;
            if header.opcode == OpCode::Control(Control::Close) {
                return u16::from_be_bytes([payload[0], payload[1]]).into();
            }
        }
    }
}

fn timestamp(text: &str) -> &str {
    text.split('"').nth(3).unwrap()
}

#[tokio::test]
async fn compressed_messages_are_the_same_messages() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100", "--ws-max-rate-hz=30"]).await;
    let mut plain = server.connect().await;
    for (offer, agreed) in [
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
    ] {
        let header = format!("Sec-WebSocket-Extensions: {offer}\r\n");
        let (mut client, head) = Client::connect(&server, &header, &[]).await;
        assert!(head.starts_with("http/1.1 101"), "{head}");
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
        assert!(head.contains(&format!("sec-websocket-extensions: {agreed}\r\n")), "{head}");
        assert!(client.text().await.0.contains("history"));
        let mut sizes = Vec::new();
        for _ in 0..4 {
            let (text, size) = client.text().await;
            if agreed.contains("no_context") {
                client.inflater.reset(false);
            }
            sizes.push(size * 10 / text.len());
            let same = loop {
                let other = next_text(&mut plain).await;
                if timestamp(&other) >= timestamp(&text) {
                    break other;
                }
            };
            assert_eq!(text, same);
        }
        // Against the one before, hardly anything is left of a message.
        assert_eq!(sizes[2..].iter().all(|tenth| *tenth < 2), agreed == "permessage-deflate", "{sizes:?}");
    }
}

#[tokio::test]
async fn one_who_asks_for_nothing_gets_plain_text() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    for headers in ["", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n"] {
        let (mut client, head) = Client::connect(&server, headers, &[]).await;
        assert!(!head.contains("extensions"), "{head}");
        let (text, size) = client.text().await;
        assert_eq!(text.len(), size);
    }
}

#[tokio::test]
async fn a_question_is_answered_and_a_goodbye_too() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let (mut client, _) = Client::connect(&server, "", &[]).await;
    client.text().await;
    client.send(Frame::ping("are you there?")).await;
    let answer = loop {
        let (header, payload) = client.frame().await;
        if header.opcode == OpCode::Control(Control::Pong) {
            break payload;
        }
    };
    assert_eq!(answer, b"are you there?");
    client.send(Frame::close(None)).await;
    assert_eq!(client.goodbye().await, CloseCode::Normal);
    let mut rest = Vec::new();
    timeout(FOREVER, client.stream.read_to_end(&mut rest)).await.unwrap().unwrap();
    server.health_until(|_, health| health["clients"] == 0).await;
}

#[tokio::test]
async fn what_comes_with_the_handshake_is_heard() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut ping = Frame::ping("early");
    ping.header_mut().mask = Some([0; 4]);
    let mut early = Vec::new();
    ping.format(&mut early).unwrap();
    let (mut client, _) = Client::connect(&server, "", &early).await;
    while client.frame().await.0.opcode != OpCode::Control(Control::Pong) {}
}

#[tokio::test]
async fn what_breaks_the_protocol_is_told_and_ended() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut polite = server.connect().await;
    let compressed = {
        let mut frame = Frame::message("x", OpCode::Data(Data::Text), true);
        frame.header_mut().rsv1 = true;
        frame
    };
    let long = Frame::message(vec![b'x'; 5000], OpCode::Data(Data::Binary), true);
    for (frame, code) in [(compressed, CloseCode::Protocol), (long, CloseCode::Size)] {
        let (mut client, _) = Client::connect(&server, "", &[]).await;
        client.text().await;
        client.send(frame).await;
        assert_eq!(client.goodbye().await, code);
    }
    server.health_until(|_, health| health["clients"] == 1).await;
    next_text(&mut polite).await;
}

#[tokio::test]
async fn a_request_that_is_none_for_a_socket_is_told_so() {
    let server = Running::start(Script::counting(), &[]).await;
    let old = format!("{}Sec-WebSocket-Version: 8\r\n", HELLO.replace("Sec-WebSocket-Version: 13\r\n", ""));
    for headers in ["", &old, "Connection: Upgrade\r\nUpgrade: h2c\r\n"] {
        let (head, body) = server.ask("/ws/gpu", headers).await;
        assert!(head.starts_with("http/1.0 426"), "{head}");
        assert!(
            head.contains("\r\nupgrade: websocket") && head.contains("\r\nsec-websocket-version: 13"),
            "{head}"
        );
        assert!(body.starts_with("This is a WebSocket"), "{body}");
    }
}
