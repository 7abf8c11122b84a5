//! The program with nvidia-smi in the place of a library that is not there yet.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    fake::{Fake, PLENTY, listings},
    fake_nvml::FakeNvml,
};

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(fake: &Fake, libraries: &std::path::Path, flags: &[&str]) -> Self {
        let folder = fake.program().parent().unwrap().display().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"))
            .args(["--port=0", "--log-level=error"])
            .args(flags)
            .env("PATH", format!("{folder}:/usr/bin:/bin"))
            .env("LD_LIBRARY_PATH", libraries)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("Listening on http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    /// Asks for the health until `wanted` is true of it.
    fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let mut stream = TcpStream::connect(&self.address).unwrap();
            stream.write_all(b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let health: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
            if wanted(&health) {
                return health;
            }
            assert!(start.elapsed() < PLENTY * 2, "{what} never came true: {health}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn nvidia_smi_stands_in_until_the_library_is_there() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    let libraries = tempfile::tempdir().unwrap();
    let server = Server::start(&fake, libraries.path(), &[]);
    let health = server.until("nvidia-smi", |health| health["provider"] == "nvidia_smi");
    assert_eq!(health["status"], "degraded", "{health}");
    assert_eq!(health["sources"][0]["provider"], "nvml");
    let nvml = FakeNvml::new(&json!({}));
    for file in ["scenario.json", "libnvidia-ml.so.1"] {
        fs::copy(nvml.folder().join(file), libraries.path().join(file)).unwrap();
    }
    let health = server.until("NVML", |health| health["provider"] == "nvml");
    assert_eq!((&health["status"], &health["sources"]), (&json!("ok"), &json!([])));
}

#[test]
fn a_source_that_was_asked_for_has_no_stand_in() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    let libraries = tempfile::tempdir().unwrap();
    let nvml = ["--telemetry-provider=nvml"];
    let server = Server::start(&fake, libraries.path(), &nvml);
    let health = server.until("an attempt", |health| health["sources"][0].is_object());
    assert_eq!(health["provider"], Value::Null);
    assert_eq!(health["sources"].as_array().unwrap().len(), 1);
    assert!(fake.starts().is_empty(), "nvidia-smi was started");
}

#[test]
fn the_child_ends_with_the_server_however_that_ends() {
    let fake = Fake::new(&listings(&["v13.xml"]));
    let libraries = tempfile::tempdir().unwrap();
    let server = Server::start(&fake, libraries.path(), &["--telemetry-provider=nvidia_smi"]);
    server.until("nvidia-smi", |health| health["provider"] == "nvidia_smi");
    let pid = fake.starts().last().unwrap().0;
    drop(server);
    let start = Instant::now();
    // Of a dead child that nobody has waited for a zombie may stay; it has no command line.
    let gone = || fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default().is_empty();
    while !gone() {
        assert!(start.elapsed() < PLENTY, "{pid} still runs");
        thread::sleep(Duration::from_millis(20));
    }
}
