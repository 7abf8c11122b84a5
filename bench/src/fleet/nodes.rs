//! Many nodes in one process. Each says what the demo of the real server says, under the numbers
//! of its own GPUs and, so that no two say the same, as that said it a while ago.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How many answers of the demo there are to choose among, a second apart.
const KEPT: usize = 32;
/// How the demo's GPUs are numbered.
const NUMBER: &str = "GPU-de3";
/// Threads that answer; a scrape takes a fraction of a millisecond.
const ANSWERING: usize = 2;

/// The nodes, until they are dropped.
#[derive(Debug)]
pub(crate) struct Nodes {
    address: SocketAddr,
    demo: Child,
    kept: Kept,
}

type Kept = Arc<Mutex<Vec<Arc<str>>>>;

impl Nodes {
    /// Starts the demo and answers for all nodes: node 7 is at `/7/metrics`.
    ///
    /// # Errors
    /// When the server does not start, or nothing can listen.
    pub(crate) fn serve(server: &Path, interval: Duration) -> io::Result<Self> {
        let (demo, target) = demo(server)?;
        let kept = Kept::default();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let nodes = Self { address, demo, kept: Arc::clone(&kept) };
        thread::spawn({
            let kept = Arc::clone(&kept);
            move || keep(target, &kept)
        });
        for _ in 0..ANSWERING {
            let (listener, kept) = (listener.try_clone()?, Arc::clone(&kept));
            thread::spawn(move || answer(&listener, &kept));
        }
        let start = std::time::Instant::now();
        while nodes.sample().is_none() {
            if start.elapsed() > interval {
                return Err(io::Error::other("the demo says nothing"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(nodes)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What one node says.
    pub(crate) fn sample(&self) -> Option<Arc<str>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        let _ = self.demo.kill();
        let _ = self.demo.wait();
    }
}

/// The demo on a free port.
fn demo(server: &Path) -> io::Result<(Child, SocketAddr)> {
    let mut child = Command::new(std::path::absolute(server)?)
        .args(["--demo", "--port", "0", "--log-level", "ERROR"])
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim().strip_prefix("Listening on http://").map(|rest| rest.trim_end_matches('/'));
    let address = address.and_then(|address| address.parse().ok());
    address.map(|address| (child, address)).ok_or_else(|| io::Error::other("the demo does not start"))
}

/// Asks the demo every second.
fn keep(demo: SocketAddr, kept: &Kept) {
    loop {
        if let Ok(text) = metrics(demo) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push(text.into());
        }
        thread::sleep(Duration::from_secs(1));
    }
}

fn metrics(demo: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(demo)?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").filter(|(head, _)| head.contains(" 200 "));
    body.map(|(_, body)| body.to_owned()).ok_or_else(|| io::Error::other("no metrics"))
}

fn answer(listener: &TcpListener, kept: &Kept) {
    for stream in listener.incoming().flatten() {
        let kept = Arc::clone(kept);
        // Prometheus keeps a connection for each node.
        thread::Builder::new().stack_size(256 << 10).spawn(move || converse(stream, &kept)).ok();
    }
}

/// Answers one scrape after the other.
fn converse(stream: TcpStream, kept: &Kept) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    loop {
        let request = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        let node: usize = request.split('/').nth(1)?.parse().ok()?;
        let text = {
            let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.get(node % kept.len().max(1))?)
        };
        let body = text.replace(NUMBER, &format!("GPU-{node:05}"));
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\n\r\n"
        );
        writer.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).ok()?;
    }
}
