//! Who comes and goes meanwhile: viewers, readers of the API, and those who behave badly.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use fastrand::Rng;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    messages::Messages,
    server::FOREVER,
    tally::{Tally, count},
    viewer::{Said, Viewer},
};

/// Paths, with the codes that may come back.
const PATHS: [(&str, &[u16]); 10] = [
    ("/", &[200]),
    ("/api/health", &[200, 503]),
    ("/api/config", &[200]),
    ("/api/snapshot", &[200]),
    ("/metrics", &[200]),
    ("/favicon.svg", &[200, 404]),
    ("/pkg/gpu-observatory.js", &[200, 404]),
    ("/nothing/../here", &[404]),
    ("/demo", &[404]),
    ("/ws/gpu", &[426]),
];

/// Requests that are none, or for no socket of this kind.
const MALFORMED: [&str; 7] = [
    "GET /ws/gpu HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "GET /ws/gpu HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
     Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "GET /ws/gpu HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "POST /ws/gpu HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    "GET /ws/gpu\r\n\r\n",
    "\u{16}\u{3}\u{1} this is no HTTP\r\n\r\n",
    "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
];

pub(crate) struct Visitors {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

struct Shared {
    address: SocketAddr,
    tally: Arc<Tally>,
    over: AtomicBool,
    /// The server is about to end.
    may_fail: AtomicBool,
    visits: AtomicUsize,
}

impl Visitors {
    /// Lets so many in, each of whom comes again and again.
    pub(crate) fn admit(address: SocketAddr, many: usize, mut random: Rng, tally: &Arc<Tally>) -> Self {
        let shared = Arc::new(Shared {
            address,
            tally: Arc::clone(tally),
            over: AtomicBool::new(false),
            may_fail: AtomicBool::new(false),
            visits: AtomicUsize::new(0),
        });
        let visitor = |_| {
            let (shared, mut random) = (Arc::clone(&shared), random.fork());
            tokio::spawn(async move {
                while !shared.over.load(Relaxed) {
                    let kind = random.u8(0..8);
                    let visited = visit(&shared, kind, &mut random).await;
                    let fine = visited.is_ok() || shared.may_fail.load(Relaxed);
                    assert!(fine, "a visit of kind {kind} failed: {visited:?}");
                    count(&shared.visits);
                    sleep(Duration::from_millis(random.u64(0..50))).await;
                }
            })
        };
        let tasks = (0..many).map(visitor).collect();
        Self { shared, tasks }
    }

    /// Waits until each of them has been there once, more or less.
    pub(crate) async fn until_busy(&self) {
        let start = Instant::now();
        while self.shared.visits.load(Relaxed) < self.tasks.len() {
            assert!(start.elapsed() < FOREVER, "nobody comes");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// From now on a visit may end in any way.
    pub(crate) fn may_fail(&self) {
        self.shared.may_fail.store(true, Relaxed);
    }

    /// Waits until all have gone.
    pub(crate) async fn leave(self) {
        self.shared.over.store(true, Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

async fn visit(shared: &Shared, kind: u8, random: &mut Rng) -> io::Result<()> {
    let (address, tally) = (shared.address, &shared.tally);
    match kind {
        0..3 => watch(shared, random).await,
        3 => {
            // Who has more to read than there is room for, and does not read it.
            let _viewer = Viewer::arrive(address, random.bool(), tally).await?;
            pause(random, 3000).await;
            Ok(())
        }
        4 => {
            let (path, codes) = *random.choice(&PATHS).unwrap();
            let answer = ask(address, &get(address, path), true).await?;
            count(&tally.requests);
            let code = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
            assert!(codes.contains(&code), "{path}: {answer}");
            Ok(())
        }
        5 => {
            let (path, _) = *random.choice(&PATHS).unwrap();
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(get(address, path).as_bytes()).await?;
            let mut some = [0; 64];
            if random.bool() {
                let _ = stream.read(&mut some).await?;
            }
            // Closed with something unread, it is a reset.
            count(&tally.aborted);
            Ok(())
        }
        6 => {
            let request = get(address, "/ws/gpu");
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(&request.as_bytes()[..random.usize(0..request.len() - 4)]).await?;
            if random.bool() {
                stream.shutdown().await?;
            }
            count(&tally.half_open);
            pause(random, 2000).await;
            Ok(())
        }
        _ => {
            let answer = ask(address, random.choice(&MALFORMED).unwrap(), false).await?;
            count(&tally.malformed);
            assert!(!answer.contains(" 101 ") && !answer.contains(" 500 "), "{answer}");
            Ok(())
        }
    }
}

/// Reads some messages, then leaves politely, or without a word and with something unread.
async fn watch(shared: &Shared, random: &mut Rng) -> io::Result<()> {
    let mut viewer = Viewer::arrive(shared.address, random.bool(), &shared.tally).await?;
    let mut messages = Messages::default();
    for _ in 0..random.usize(0..20) {
        match viewer.next().await? {
            Said::Text(text) => messages.take(&text),
            Said::Goodbye(code) => return Err(io::Error::other(format!("goodbye {code}"))),
        }
        count(&shared.tally.messages);
        if random.u8(0..8) == 0 {
            viewer.send("x".repeat(random.usize(0..100))).await?;
        }
        if random.u8(0..4) == 0 {
            pause(random, 1000).await;
        }
    }
    if random.bool() {
        return viewer.leave().await;
    }
    pause(random, 500).await;
    Ok(())
}

async fn pause(random: &mut Rng, most_millis: u64) {
    sleep(Duration::from_millis(random.u64(0..most_millis))).await;
}

fn get(address: SocketAddr, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
}

/// The beginning of an answer: after all of it, or as soon as its head is there.
async fn ask(address: SocketAddr, request: &str, all: bool) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    let reading = async {
        while stream.read_buf(&mut answer).await? > 0 {
            if !all && answer.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                break;
            }
        }
        Ok::<_, io::Error>(())
    };
    timeout(FOREVER, reading).await.expect("it is not answered")?;
    answer.truncate(256);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
