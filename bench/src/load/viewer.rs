//! A viewer that reads all it gets.

use std::{
    future::poll_fn,
    io,
    ops::ControlFlow,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use crate::{
    frames::{Frames, Message, Told},
    handshake::{self, Agreed},
    inflate::Inflater,
    shared::{Shared, now},
    stamps::made_at,
};

/// How long one connection may take, its first message included.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a viewer knows of its connection.
struct Viewer {
    shared: Rc<Shared>,
    number: usize,
    started: u64,
    /// Reads compressed messages itself.
    inflater: Option<Inflater>,
    /// What identifies the latest message: its time, or the hash of its bytes.
    latest: u64,
    /// What is to be sent back.
    answer: Vec<u8>,
}

/// Views until the end, and notes why it came early.
pub(crate) async fn view(shared: Rc<Shared>, number: usize) {
    let why = match live(&shared, number).await {
        Ok(code) => format!("close {code}"),
        Err(error) => error.to_string(),
    };
    let mut tally = shared.tally.borrow_mut();
    tally.failed += 1;
    if let Some(one) = tally.viewers.get_mut(number) {
        one.gone = true;
    }
    tally.note_error(why);
}

/// Returns the code with which the server closed.
async fn live(shared: &Rc<Shared>, number: usize) -> io::Result<u16> {
    let permit = shared.connecting.acquire().await.map_err(io::Error::other)?;
    let started = now();
    let opening = async {
        let opened = handshake::open(&shared.arguments, None).await?;
        let Agreed { deflate, no_context, subprotocol } = opened.agreed;
        {
            let mut tally = shared.tally.borrow_mut();
            tally.connected += 1;
            tally.deflate += usize::from(deflate);
            tally.subprotocol += usize::from(subprotocol);
        }
        let probe = number < shared.arguments.probes && (deflate || shared.arguments.subprotocol.is_some());
        let inflater = probe.then(|| Inflater::new(no_context));
        let viewer =
            Viewer { shared: Rc::clone(shared), number, started, inflater, latest: 0, answer: Vec::new() };
        let mut reading = Reading { viewer, frames: Frames::new(probe), stream: opened.stream };
        if let ControlFlow::Break(code) = reading.take(&opened.rest)? {
            return Ok((reading, Some(code)));
        }
        let code = reading.until(Viewer::greeted).await?;
        Ok::<_, io::Error>((reading, code))
    };
    let (mut reading, code) =
        timeout(PATIENCE, opening).await.map_err(|_| io::Error::other("too slow"))??;
    drop(permit);
    if let Some(code) = code {
        return Ok(code);
    }
    // Only the end of the connection ends this.
    Ok(reading.until(|_| false).await?.unwrap_or(1005))
}

struct Reading {
    viewer: Viewer,
    frames: Frames,
    stream: TcpStream,
}

impl Reading {
    /// Reads until `enough`, or the server's goodbye, whose code is returned.
    async fn until(&mut self, enough: impl Fn(&Viewer) -> bool) -> io::Result<Option<u16>> {
        while !enough(&self.viewer) {
            if let ControlFlow::Break(code) = poll_fn(|context| self.poll(context)).await? {
                return Ok(Some(code));
            }
            if !self.viewer.answer.is_empty() {
                // A pong is a few bytes; where there is no room even for them nobody reads.
                let _ = self.stream.try_write(&self.viewer.answer);
                self.viewer.answer.clear();
            }
        }
        Ok(None)
    }

    /// One read into the buffer that all share. tokio knows that a buffer which was not
    /// filled means that there is no more, so that there is one system call per message.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<ControlFlow<u16>>> {
        let shared = Rc::clone(&self.viewer.shared);
        let mut buffer = shared.buffer.borrow_mut();
        let mut buffer = ReadBuf::new(&mut buffer);
        match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                Poll::Ready(Err(io::Error::other("closed without a goodbye")))
            }
            Poll::Ready(Ok(())) => Poll::Ready(self.take(buffer.filled())),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<ControlFlow<u16>> {
        let received = now();
        let mut flow = ControlFlow::Continue(());
        let viewer = &mut self.viewer;
        self.frames.feed(bytes, |told| {
            match told {
                Told::Message(message) => viewer.note(&message, received),
                Told::Ping(payload) => viewer.answer.extend(pong(payload)),
                Told::Close(code) => flow = ControlFlow::Break(code),
            }
            Ok(())
        })?;
        Ok(flow)
    }
}

impl Viewer {
    fn greeted(&self) -> bool {
        let tally = self.shared.tally.borrow();
        tally.viewers.get(self.number).is_some_and(|one| one.last > 0)
    }

    fn note(&mut self, message: &Message<'_>, received: u64) {
        // Even what does not count is read: the next message leans on it.
        let made = match (&mut self.inflater, message.compressed) {
            (Some(inflater), true) => inflater.inflate(message.body).and_then(made_at),
            (None, true) => None,
            (_, false) => made_at(message.body),
        };
        let known_by_hash = message.compressed && self.inflater.is_none();
        let mut tally = self.shared.tally.borrow_mut();
        let tally = &mut *tally;
        let mut stamps = self.shared.stamps.borrow_mut();
        let counts = self.shared.counts();
        let Some(one) = tally.viewers.get_mut(self.number) else { return };
        let before = std::mem::replace(&mut one.last, received);
        let name = if known_by_hash { message.hash } else { made.unwrap_or_default() };
        let repeated = std::mem::replace(&mut self.latest, name) == name;
        if before == 0 {
            tally.greeted += 1;
            tally.first_bytes += message.bytes;
            tally.first.saturating_record(received.saturating_sub(self.started));
            return;
        }
        if let (true, Some(made)) = (message.compressed, made) {
            stamps.learn(message.hash, made, |earlier| {
                tally.latency.saturating_record(earlier.saturating_sub(made));
            });
        }
        if !counts {
            return;
        }
        tally.messages += 1;
        tally.bytes += message.bytes;
        one.longest_gap = one.longest_gap.max(received.saturating_sub(before.max(self.shared.began())));
        if repeated && name != 0 {
            tally.repeats += 1;
            return;
        }
        one.messages += 1;
        let made = if known_by_hash { stamps.look_up(message.hash, received) } else { made };
        match made {
            Some(made) => tally.latency.saturating_record(received.saturating_sub(made)),
            None if known_by_hash => {}
            None => tally.unreadable += 1,
        }
    }
}

/// As a client must: masked, if only with nothing.
fn pong(payload: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let length = u8::try_from(payload.len()).unwrap_or(125).min(125);
    [0x8A, 0x80 | length, 0, 0, 0, 0].into_iter().chain(payload.iter().copied().take(length.into()))
}
