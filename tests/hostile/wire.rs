//! Bytes as they are sent and as they come back.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::script::{FOREVER, Running};

/// The answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    /// 0 where the connection was closed without one.
    pub(crate) code: u16,
    /// In lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends `bytes` as they are, and reads all that comes back until the server closes.
pub(crate) async fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // It may be refused before all of it is sent.
    let _ = stream.write_all(bytes).await;
    answer(&mut stream).await
}

/// What comes until the server closes.
pub(crate) async fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A server that refuses early resets, after its answer.
    let _ = timeout(FOREVER, stream.read_to_end(&mut bytes)).await.expect("the server closes");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    Answer { code, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// A request with these header lines, each ended by CRLF, and a connection that is closed
/// after it.
pub(crate) async fn request(server: &Running, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let host = if headers.to_ascii_lowercase().contains("host:") { "" } else { "Host: localhost\r\n" };
    let text = format!("{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n{body}");
    send(server.address, text.as_bytes()).await
}

pub(crate) async fn get(server: &Running, path: &str, headers: &str) -> Answer {
    request(server, "GET", path, headers, "").await
}

/// A form, as a page sends it.
pub(crate) async fn post(server: &Running, path: &str, headers: &str, form: &str) -> Answer {
    let headers = format!(
        "{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        form.len()
    );
    request(server, "POST", path, &headers, form).await
}

/// The request for a socket, with these header lines besides; where it is refused, the
/// connection is closed.
pub(crate) fn handshake(headers: &str) -> String {
    let host = if headers.to_ascii_lowercase().contains("host:") { "" } else { "Host: localhost\r\n" };
    format!(
        "GET /ws/gpu HTTP/1.1\r\n{host}Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

/// A connection on which the server has agreed to be a socket; the frames that came with its
/// answer are left to be read.
pub(crate) async fn upgraded(server: &Running, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(handshake(headers).as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(FOREVER, stream.read_u8()).await.unwrap().unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    stream
}

/// The code with which the server closes the socket.
pub(crate) async fn closed_with(stream: &mut TcpStream) -> u16 {
    let reading = async {
        loop {
            let kind = stream.read_u8().await.unwrap();
            let length = match stream.read_u8().await.unwrap() {
                126 => stream.read_u16().await.unwrap().into(),
                127 => stream.read_u64().await.unwrap(),
                short => u64::from(short),
            };
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            stream.read_exact(&mut payload).await.unwrap();
            if kind == 0x88 {
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    };
    timeout(FOREVER, reading).await.expect("the server says goodbye")
}

/// A frame of a client, with a mask of nothing.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u16::try_from(payload.len()) {
        Ok(length) if length < 126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        Ok(length) => {
            bytes.push(0x80 | 0x7e);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 0x7f);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// Whether the server is as it was: it answers, and tells a new client the latest sample.
pub(crate) async fn is_unharmed(server: &Running) {
    server.health_until(|code, _| code == 200).await;
    let mut socket = server.connect().await;
    crate::script::next(&mut socket).await;
    crate::script::next(&mut socket).await;
}
