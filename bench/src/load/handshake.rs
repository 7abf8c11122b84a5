//! Asks for the socket.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::arguments::{Arguments, Wire};

/// No answer is longer.
const LONGEST_ANSWER: usize = 8192;

/// What the server said yes to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Agreed {
    /// Messages may be compressed.
    pub(crate) deflate: bool,
    /// Each compressed message stands alone.
    pub(crate) no_context: bool,
    /// Our subprotocol is spoken.
    pub(crate) subprotocol: bool,
}

/// A connection, and what came behind the answer already.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) stream: TcpStream,
    pub(crate) agreed: Agreed,
    pub(crate) rest: Vec<u8>,
}

/// Connects and shakes hands. `receive_buffer`: what the kernel may keep for us.
///
/// # Errors
/// When there is no connection, or anything but a 101.
pub(crate) async fn open(arguments: &Arguments, receive_buffer: Option<u32>) -> io::Result<Opened> {
    let target = &arguments.url;
    let socket = if target.address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    let mut stream = socket.connect(target.address).await?;
    stream.write_all(request(arguments).as_bytes()).await?;
    // Nothing behind the answer is read, where the viewer is one that reads little.
    let step = if receive_buffer.is_some() { 1 } else { LONGEST_ANSWER };
    let mut answer = Vec::with_capacity(LONGEST_ANSWER);
    loop {
        if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = answer.split_off(end + 4);
            return Ok(Opened { stream, agreed: agreed(&answer)?, rest });
        }
        if answer.len() >= LONGEST_ANSWER {
            return Err(io::Error::other("handshake too long"));
        }
        let before = answer.len();
        answer.resize(before + step.min(LONGEST_ANSWER - before), 0);
        let read = stream.read(answer.get_mut(before..).unwrap_or_default()).await?;
        answer.truncate(before + read);
        if read == 0 {
            return Err(io::Error::other("closed in handshake"));
        }
    }
}

fn request(arguments: &Arguments) -> String {
    let deflate = match arguments.wire {
        Wire::Json => "",
        // Word for word Chromium's.
        Wire::Deflate => "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
    };
    let subprotocol = arguments.subprotocol.as_ref();
    let subprotocol = subprotocol.map_or(String::new(), |name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
    let (host, path) = (&arguments.url.host, &arguments.url.path);
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{deflate}{subprotocol}\r\n"
    )
}

fn agreed(answer: &[u8]) -> io::Result<Agreed> {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let status = text.split(' ').nth(1).unwrap_or_default();
    if status != "101" {
        return Err(io::Error::other(format!("handshake answered {status}")));
    }
    let value = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| *key == name).map_or("", |(_, value)| value.trim())
    };
    let extensions = value("sec-websocket-extensions");
    Ok(Agreed {
        deflate: extensions.contains("permessage-deflate"),
        no_context: extensions.contains("server_no_context_takeover"),
        subprotocol: !value("sec-websocket-protocol").is_empty(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_answer_says_what_is_agreed() {
        let answer = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
            Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n\r\n";
        let agreed = super::agreed(answer).unwrap();
        assert!(agreed.deflate && agreed.no_context && !agreed.subprotocol);
        assert_eq!(
            super::agreed(b"HTTP/1.1 503 Busy\r\n\r\n").unwrap_err().to_string(),
            "handshake answered 503"
        );
    }
}
