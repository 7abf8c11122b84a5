//! Viewers of the stream: one with a library that knows no compression, one that inflates.

use std::{
    io::{self, Cursor},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use flate2::{Decompress, FlushDecompress};
use futures::{SinkExt, StreamExt};
use gpu_observatory::telemetry::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Message,
        protocol::frame::{
            Frame, FrameHeader,
            coding::{Control, OpCode},
        },
    },
};

use crate::{
    messages::Messages,
    server::FOREVER,
    tally::{Tally, count},
};

pub(crate) enum Viewer {
    Plain(Box<WebSocketStream<TcpStream>>),
    Compressed(Box<Inflating>),
}

/// What the server says.
pub(crate) enum Said {
    Text(String),
    Goodbye(u16),
}

impl Viewer {
    pub(crate) async fn arrive(address: SocketAddr, compressed: bool, tally: &Tally) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        let viewer = if compressed {
            Self::Compressed(Box::new(Inflating::arrive(stream, address).await?))
        } else {
            let url = format!("ws://{address}/ws/gpu");
            Self::Plain(Box::new(client_async(url, stream).await.map_err(io::Error::other)?.0))
        };
        count(if compressed { &tally.compressed } else { &tally.plain });
        Ok(viewer)
    }

    /// The next thing that it says, which comes some time.
    pub(crate) async fn next(&mut self) -> io::Result<Said> {
        let next = async {
            match self {
                Self::Compressed(client) => client.next().await,
                Self::Plain(socket) => loop {
                    match socket
                        .next()
                        .await
                        .ok_or(io::ErrorKind::UnexpectedEof)?
                        .map_err(io::Error::other)?
                    {
                        Message::Text(text) => return Ok(Said::Text(text.to_string())),
                        Message::Close(frame) => return Ok(Said::Goodbye(frame.unwrap().code.into())),
                        _ => {}
                    }
                },
            }
        };
        timeout(FOREVER, next).await.expect("a viewer is left behind")
    }

    /// Says goodbye and waits for the answer.
    pub(crate) async fn leave(mut self) -> io::Result<()> {
        match &mut self {
            Self::Plain(socket) => WebSocketStream::close(socket, None).await.map_err(io::Error::other)?,
            Self::Compressed(client) => client.send(Frame::close(None)).await?,
        }
        while let Said::Text(_) = self.next().await? {}
        Ok(())
    }

    pub(crate) async fn send(&mut self, text: String) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.send(Message::text(text)).await.map_err(io::Error::other),
            Self::Compressed(client) => client.send(Frame::ping(text.into_bytes())).await,
        }
    }
}

/// A client that takes compressed messages.
pub(crate) struct Inflating {
    stream: TcpStream,
    unread: Vec<u8>,
    inflater: Decompress,
}

impl Inflating {
    async fn arrive(mut stream: TcpStream, address: SocketAddr) -> io::Result<Self> {
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

    async fn next(&mut self) -> io::Result<Said> {
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

    async fn send(&mut self, mut frame: Frame) -> io::Result<()> {
        frame.header_mut().mask = Some([9, 8, 7, 6]);
        let mut bytes = Vec::new();
        frame.format(&mut bytes).unwrap();
        self.stream.write_all(&bytes).await
    }
}

/// Viewers from the beginning to the end.
pub(crate) struct Steady {
    seen: Vec<Arc<Mutex<Messages>>>,
    tasks: Vec<JoinHandle<u16>>,
}

impl Steady {
    /// Half of them compressed.
    pub(crate) async fn arrive(address: SocketAddr, many: usize, tally: &Arc<Tally>) -> Self {
        let mut steady = Self { seen: Vec::new(), tasks: Vec::new() };
        for place in 0..many {
            let mut viewer = Viewer::arrive(address, place % 2 == 0, tally).await.unwrap();
            let (seen, tally) = (Arc::<Mutex<Messages>>::default(), Arc::clone(tally));
            steady.seen.push(Arc::clone(&seen));
            steady.tasks.push(tokio::spawn(async move {
                loop {
                    match viewer.next().await.unwrap() {
                        Said::Goodbye(code) => return code,
                        Said::Text(text) => seen.lock().unwrap().take(&text),
                    }
                    count(&tally.messages);
                }
            }));
        }
        steady
    }

    /// Waits until each of them has a sample that is newer than this time.
    pub(crate) async fn until_newer_than(&self, time: String) {
        let time: Timestamp = serde_json::from_value(time.into()).unwrap();
        let start = Instant::now();
        while self.seen.iter().any(|seen| seen.lock().unwrap().latest <= time) {
            assert!(start.elapsed() < FOREVER, "a viewer is left behind");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// So often samples began anew, by the one who saw it most often.
    pub(crate) fn gaps(&self) -> usize {
        self.seen.iter().map(|seen| seen.lock().unwrap().gaps).max().unwrap()
    }

    /// The codes with which they were let go.
    pub(crate) async fn goodbyes(self) -> Vec<u16> {
        let mut codes = Vec::new();
        for task in self.tasks {
            codes.push(task.await.unwrap());
        }
        codes
    }
}
