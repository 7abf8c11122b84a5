//! One client's connection.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use tokio::{net::TcpStream, sync::Notify, time::timeout};
use tungstenite::protocol::frame::{CloseFrame, Frame, coding::CloseCode};

use super::incoming::{Incoming, Said};
use crate::server::{Delivery, Feed, Listener};

/// A client that takes no message for this long is dropped.
const PATIENCE: Duration = Duration::from_secs(10);
/// One that says nothing for this long is asked whether it is there,
const QUIET: Duration = Duration::from_secs(15);
/// and given up after this long. (Browsers answer without the page's doing.)
const SILENT: Duration = Duration::from_secs(45);

/// A connection after the handshake. Whoever has something to say writes at once, from where
/// he is; what does not go through at once waits for the client's own task.
#[derive(Debug)]
pub(super) struct Peer {
    stream: TcpStream,
    outgoing: Mutex<Outgoing>,
    /// Wakes the client's own task, which flushes or ends.
    calls: Notify,
}

#[derive(Debug)]
struct Outgoing {
    listener: Listener,
    /// What is left of a frame that was begun, and what follows it.
    rest: Vec<u8>,
    /// Whether nothing more is to be sent: it is broken, or goodbye was said.
    over: bool,
    heard: Instant,
    asked: Instant,
}

/// Why a connection ends.
#[derive(Debug)]
pub(super) enum End {
    /// It is broken.
    Broken,
    /// It is to be closed with this.
    Close(CloseCode),
}

impl Peer {
    pub(super) fn new(stream: TcpStream, listener: Listener) -> Self {
        let now = Instant::now();
        let outgoing = Outgoing { listener, rest: Vec::new(), over: false, heard: now, asked: now };
        Self { stream, outgoing: Mutex::new(outgoing), calls: Notify::new() }
    }

    /// Sends what is due; nothing while the last message has not gone through: newest wins.
    pub(super) fn deliver(&self, feed: &Feed) {
        let mut outgoing = self.outgoing();
        if !outgoing.rest.is_empty() || outgoing.over {
            return;
        }
        if let Some(Delivery { bytes, skipped }) = feed.next(&mut outgoing.listener) {
            self.write(&mut outgoing, &bytes);
            feed.note_delivery(skipped);
        }
    }

    /// Asks a client that has said nothing for long whether it is there, and gives it up
    /// after longer.
    pub(super) fn check(&self, now: Instant) {
        let mut outgoing = self.outgoing();
        if now.saturating_duration_since(outgoing.heard) > SILENT {
            outgoing.over = true;
            self.calls.notify_one();
        } else if now.saturating_duration_since(outgoing.heard.max(outgoing.asked)) > QUIET {
            outgoing.asked = now;
            self.write(&mut outgoing, &frame(Frame::ping(Bytes::new())));
        }
    }

    /// Serves until the connection ends: hears what the client says, and flushes what it was
    /// too slow for. May be dropped at any time.
    pub(super) async fn run(&self, incoming: &mut Incoming, feed: &Feed) -> End {
        loop {
            tokio::select! {
                end = self.hear(incoming) => return end,
                () = self.calls.notified() => {
                    if self.outgoing().over || !matches!(timeout(PATIENCE, self.flush()).await, Ok(Ok(()))) {
                        return End::Broken;
                    }
                    self.deliver(feed);
                }
            }
        }
    }

    /// Says goodbye and waits for the answer, as the protocol asks.
    pub(super) async fn close(&self, incoming: &mut Incoming, code: CloseCode, reason: &'static str) {
        let close = Frame::close(Some(CloseFrame { code, reason: reason.into() }));
        {
            let mut outgoing = self.outgoing();
            self.write(&mut outgoing, &frame(close));
            outgoing.over = true;
        }
        if self.flush().await.is_ok() {
            self.hear(incoming).await;
        }
    }

    /// Listens until the client says goodbye, which is [`CloseCode::Normal`], or something
    /// that ends the connection.
    async fn hear(&self, incoming: &mut Incoming) -> End {
        loop {
            match incoming.next() {
                Err(code) => return End::Close(code),
                Ok(Some(Said::Goodbye)) => return End::Close(CloseCode::Normal),
                Ok(Some(Said::Ping(payload))) => {
                    self.write(&mut self.outgoing(), &frame(Frame::pong(payload)));
                }
                Ok(None) => {
                    if self.stream.readable().await.is_err() {
                        return End::Broken;
                    }
                    match self.stream.try_read(incoming.space()) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        Ok(0) | Err(_) => return End::Broken,
                        Ok(count) => {
                            self.outgoing().heard = Instant::now();
                            incoming.take(count);
                        }
                    }
                }
            }
        }
    }

    /// Writes whole frames as far as there is room; the client's own task writes the rest.
    fn write(&self, outgoing: &mut Outgoing, frames: &[u8]) {
        if outgoing.over {
            return;
        }
        let written = if outgoing.rest.is_empty() { self.attempt(frames) } else { Ok(0) };
        match written {
            Ok(written) => outgoing.rest.extend_from_slice(&frames[written..]),
            Err(_) => outgoing.over = true,
        }
        if outgoing.over || !outgoing.rest.is_empty() {
            self.calls.notify_one();
        }
    }

    /// Writes until nothing is left.
    ///
    /// # Errors
    /// When the connection is broken.
    async fn flush(&self) -> io::Result<()> {
        loop {
            {
                let mut outgoing = self.outgoing();
                let written = self.attempt(&outgoing.rest)?;
                outgoing.rest.drain(..written);
                if outgoing.rest.is_empty() {
                    // A stalled client's memory is given back.
                    outgoing.rest = Vec::new();
                    return Ok(());
                }
            }
            self.stream.writable().await?;
        }
    }

    /// How much of it can be written now.
    fn attempt(&self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match self.stream.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            written => written,
        }
    }

    /// Nothing in here panics between two changes that belong together.
    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A frame as it stands on the wire.
fn frame(frame: Frame) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(frame.len());
    // Memory takes all that is written.
    let _ = frame.format(&mut bytes);
    bytes
}
