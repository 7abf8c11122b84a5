//! One client's connection.

use std::{
    io,
    time::{Duration, Instant},
};

use futures::poll;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tungstenite::protocol::frame::{CloseFrame, Frame, coding::CloseCode};

use super::incoming::{Incoming, Said};

/// A client that takes no message for this long is dropped.
const PATIENCE: Duration = Duration::from_secs(10);
/// One that says nothing for this long is asked whether it is there,
const QUIET: Duration = Duration::from_secs(15);
/// and given up after this long. (It answers a question without its user's doing.)
const SILENT: Duration = Duration::from_secs(45);

/// A connection after the handshake.
#[derive(Debug)]
pub(super) struct Connection {
    io: TokioIo<Upgraded>,
    incoming: Incoming,
    heard: Instant,
    asked: Instant,
    /// Whether a frame was begun and not ended, so that no other can follow.
    torn: bool,
}

/// What comes from a client.
#[derive(Debug)]
pub(super) enum Heard {
    /// A question, with the frame that answers it.
    Ping(Vec<u8>),
    End(End),
}

/// Why a connection ends.
#[derive(Debug)]
pub(super) enum End {
    /// It is broken.
    Broken,
    /// It is to be closed with this.
    Close(CloseCode),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

impl Connection {
    pub(super) fn new(upgraded: Upgraded, deflate: bool) -> Self {
        let now = Instant::now();
        Self {
            io: TokioIo::new(upgraded),
            incoming: Incoming::new(deflate),
            heard: now,
            asked: now,
            torn: false,
        }
    }

    /// Writes a frame as it stands on the wire.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), End> {
        self.torn = true;
        let mut write = std::pin::pin!(self.io.write_all(bytes));
        // As a rule there is room, and no timer is needed.
        let written = match poll!(&mut write) {
            std::task::Poll::Ready(written) => written,
            std::task::Poll::Pending => timeout(PATIENCE, write).await.map_err(|_| End::Broken)?,
        };
        written?;
        self.torn = false;
        Ok(())
    }

    /// Listens until the client says something that matters; goodbye is [`CloseCode::Normal`].
    /// Nothing is lost where this is dropped and called again.
    pub(super) async fn listen(&mut self) -> Heard {
        loop {
            match self.incoming.next() {
                Err(code) => return Heard::End(End::Close(code)),
                Ok(Some(Said::Goodbye)) => return Heard::End(End::Close(CloseCode::Normal)),
                Ok(Some(Said::Ping(payload))) => return Heard::Ping(control(Frame::pong(payload))),
                Ok(None) => match self.io.read(self.incoming.space()).await {
                    Ok(0) | Err(_) => return Heard::End(End::Broken),
                    Ok(count) => {
                        self.heard = Instant::now();
                        self.incoming.take(count);
                    }
                },
            }
        }
    }

    /// Asks a client that has said nothing for long whether it is there.
    pub(super) async fn check(&mut self) -> Result<(), End> {
        let now = Instant::now();
        if now.duration_since(self.heard) > SILENT {
            return Err(End::Broken);
        }
        if now.duration_since(self.heard.max(self.asked)) > QUIET {
            self.asked = now;
            self.send(&control(Frame::ping(Vec::new()))).await?;
        }
        Ok(())
    }

    /// Says goodbye and waits for the answer, as the protocol asks.
    pub(super) async fn close(&mut self, code: CloseCode, reason: &'static str) {
        let close = Frame::close(Some(CloseFrame { code, reason: reason.into() }));
        if self.torn || self.send(&control(close)).await.is_err() {
            return;
        }
        while let Heard::Ping(_) = self.listen().await {}
    }
}

/// A frame as it stands on the wire.
fn control(frame: Frame) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(frame.len());
    // Memory takes all that is written.
    let _ = frame.format(&mut bytes);
    bytes
}
