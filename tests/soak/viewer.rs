//! A viewer of the stream: with a library that knows no compression, or one that inflates.

use std::{io, net::SocketAddr};

use futures::{SinkExt, StreamExt};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, protocol::frame::Frame},
};

use crate::{
    inflating::Inflating,
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
