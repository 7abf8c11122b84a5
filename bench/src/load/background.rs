//! Viewers that give the server trouble while the others are watched.

use std::{io, rc::Rc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    task::spawn_local,
    time::{interval, sleep, timeout},
};

use crate::{
    handshake::{self, Opened},
    shared::Shared,
    tally::{Background, Tally},
};

type Which = fn(&mut Tally) -> &mut Background;

/// Lets them begin; they go on until the process ends.
pub(crate) fn start(shared: &Rc<Shared>) {
    for _ in 0..shared.arguments.stalled {
        spawn_local(note(Rc::clone(shared), |tally| &mut tally.stalled, stalled));
    }
    for _ in 0..shared.arguments.slow {
        spawn_local(note(Rc::clone(shared), |tally| &mut tally.slow, slow));
    }
    if shared.arguments.churn > 0 {
        spawn_local(churn(Rc::clone(shared)));
    }
}

/// Connects, does `what` until the server ends it, and notes both.
async fn note(shared: Rc<Shared>, which: Which, what: impl AsyncFn(Opened) -> io::Result<()>) {
    match handshake::open(&shared.arguments, Some(shared.arguments.receive_buffer)).await {
        Ok(opened) => {
            which(&mut shared.tally.borrow_mut()).connected += 1;
            // Whatever it says, the connection is over.
            let _ = what(opened).await;
            which(&mut shared.tally.borrow_mut()).dropped += 1;
        }
        Err(_) => which(&mut shared.tally.borrow_mut()).failed += 1,
    }
}

/// Reads nothing. Where the server drops it with bytes unsent, it never hears of the end,
/// unless the server resets the connection.
async fn stalled(opened: Opened) -> io::Result<()> {
    loop {
        if opened.stream.ready(Interest::ERROR).await?.is_error() {
            return Ok(());
        }
    }
}

async fn slow(mut opened: Opened) -> io::Result<()> {
    let mut few = [0; 64];
    while opened.stream.read(&mut few).await? > 0 {
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

async fn churn(shared: Rc<Shared>) {
    let mut beat = interval(Duration::from_secs(1) / shared.arguments.churn);
    loop {
        beat.tick().await;
        let shared = Rc::clone(&shared);
        spawn_local(async move {
            let visit = timeout(Duration::from_secs(10), visit(&shared)).await;
            let churn = &mut shared.tally.borrow_mut().churn;
            match visit {
                Ok(Ok(())) => churn.connected += 1,
                Ok(Err(_)) | Err(_) => churn.failed += 1,
            }
        });
    }
}

/// Comes, gets something, says goodbye, waits for the answer.
async fn visit(shared: &Shared) -> io::Result<()> {
    const GOODBYE: [u8; 8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8];
    let Opened { mut stream, .. } = handshake::open(&shared.arguments, None).await?;
    let mut rest = [0; 4096];
    if stream.read(&mut rest).await? == 0 {
        return Err(io::Error::other("closed at once"));
    }
    stream.write_all(&GOODBYE).await?;
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}
