//! A client of the socket that takes compressed messages.

use std::{
    io::{self, Cursor},
    net::SocketAddr,
};

use flate2::{Decompress, FlushDecompress};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::protocol::frame::{
    Frame, FrameHeader,
    coding::{Control, OpCode},
};

use crate::viewer::Said;

pub(crate) struct Inflating {
    stream: TcpStream,
    unread: Vec<u8>,
    inflater: Decompress,
}

impl Inflating {
    pub(crate) async fn arrive(mut stream: TcpStream, address: SocketAddr) -> io::Result<Self> {
        let request = format!(
            "GET /ws/gpu HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut client = Self { stream, unread: Vec::new(), inflater: Decompress::new(false) };
        let end = loop {
            if let Some(end) = client.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            client.read().await?;
        };
        let head = String::from_utf8(client.unread.drain(..end).collect()).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 101") && head.contains("permessage-deflate"), "{head}");
        Ok(client)
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    async fn frame(&mut self) -> io::Result<(FrameHeader, Vec<u8>)> {
        loop {
            let mut cursor = Cursor::new(&self.unread);
            if let Some((header, length)) = FrameHeader::parse(&mut cursor).unwrap() {
                let start = usize::try_from(cursor.position()).unwrap();
                let end = start + usize::try_from(length).unwrap();
                if self.unread.len() >= end {
                    let payload = self.unread[start..end].to_vec();
                    self.unread.drain(..end);
                    return Ok((header, payload));
                }
            }
            self.read().await?;
        }
    }

    /// The next thing that the server says; pings are answered.
    pub(crate) async fn next(&mut self) -> io::Result<Said> {
        loop {
            let (header, payload) = self.frame().await?;
            match header.opcode {
                OpCode::Control(Control::Close) => {
                    return Ok(Said::Goodbye(
                        payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code)),
                    ));
                }
                OpCode::Control(Control::Ping) => self.send(Frame::pong(payload)).await?,
                OpCode::Control(_) => {}
                OpCode::Data(_) => return Ok(Said::Text(self.text(&header, payload))),
            }
        }
    }

    fn text(&mut self, header: &FrameHeader, payload: Vec<u8>) -> String {
        if !header.rsv1 {
            return String::from_utf8(payload).unwrap();
        }
        let mut text = Vec::with_capacity(1 << 20);
        for part in [&payload[..], &[0, 0, 0xff, 0xff]] {
            self.inflater.decompress_vec(part, &mut text, FlushDecompress::Sync).unwrap();
        }
        String::from_utf8(text).unwrap()
    }

    pub(crate) async fn send(&mut self, mut frame: Frame) -> io::Result<()> {
        frame.header_mut().mask = Some([9, 8, 7, 6]);
        let mut bytes = Vec::new();
        frame.format(&mut bytes).unwrap();
        self.stream.write_all(&bytes).await
    }
}
