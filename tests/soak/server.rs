//! The server's process, and what the kernel tells of it.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    os::unix::fs::symlink,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::{
    faults::Faults,
    held::{Held, Watch},
};

/// Nothing takes this long unless it is broken: a source is tried again after 20 s.
pub(crate) const FOREVER: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<String>>,
    _tools: TempDir,
}

impl Server {
    pub(crate) fn start(faults: &Faults) -> Self {
        // It finds the fakes, and what binds its children to it.
        let tools = tempfile::tempdir().unwrap();
        let _ = symlink("/usr/bin/setpriv", tools.path().join("setpriv"));
        let path = env::join_paths([faults.programs(), tools.path()]).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"))
            .args(["--port=0", "--poll-interval-ms=200", "--log-format=text"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PATH", path)
            .env("LD_LIBRARY_PATH", faults.library())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("Listening on http://").trim_end_matches('/');
        let (log, mut pipe) = (Arc::<Mutex<String>>::default(), process.stderr.take().unwrap());
        let told = Arc::clone(&log);
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut piece) {
                told.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..count]));
            }
        });
        Self { address: address.parse().unwrap(), process, log, _tools: tools }
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    pub(crate) fn held(&self) -> Held {
        Held::of(self.process.id())
    }

    /// Looks now and then from now on.
    pub(crate) fn watch(&self) -> Watch {
        Watch::over(self.process.id())
    }

    /// Waits until descriptors, threads and children are as few as before; at first, until
    /// they stay as they are. (A thread that read files for somebody ends after 10 s.)
    pub(crate) async fn until_at_rest(&self, before: Option<&Held>) {
        let start = Instant::now();
        let mut last = self.held();
        loop {
            sleep(Duration::from_millis(200)).await;
            let held = self.held();
            let wanted = before.unwrap_or(&last);
            if held.descriptors <= wanted.descriptors
                && held.threads <= wanted.threads
                && held.children <= wanted.children
            {
                return;
            }
            assert!(start.elapsed() < FOREVER, "not given back: {wanted}, then {held}");
            last = held;
        }
    }

    /// The body of an answer.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    pub(crate) async fn until_ok(&self) {
        let start = Instant::now();
        loop {
            let health = self.json("/api/health").await;
            if health["status"] == "ok" && health["provider"] == "nvml" {
                return;
            }
            assert!(start.elapsed() < FOREVER, "never well again: {health}\n{}", self.log());
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The time of the latest sample.
    pub(crate) async fn latest(&self) -> String {
        self.json("/api/snapshot").await["timestamp"].as_str().unwrap().to_owned()
    }

    pub(crate) fn terminate(&self) {
        let pid = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
    }

    /// Its exit code. The promise is three seconds; what is held is that it does not wait for
    /// those who are in its way.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < FOREVER / 4, "it does not end: {}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
