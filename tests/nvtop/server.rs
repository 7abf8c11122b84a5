//! The program with nvtop as its source.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    fake_program::{FakeProgram, PLENTY, gone},
    rig::{fake, listings},
};

struct Server(Child, String);

impl Server {
    fn start(fake: &FakeProgram, flags: &[&str]) -> Self {
        let folder = fake.program().parent().unwrap().to_path_buf();
        let mut child = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"))
            .args(["--port=0", "--log-level=error"])
            .args(flags)
            .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
            .env("LD_LIBRARY_PATH", &folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("Listening on http://").trim_end_matches('/').to_owned();
        Self(child, address)
    }

    /// Asks for the health until nvtop is read.
    fn health(&self) -> Value {
        let start = Instant::now();
        loop {
            let mut stream = TcpStream::connect(&self.1).unwrap();
            stream.write_all(b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let health: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
            if health["provider"] == "nvtop" {
                return health;
            }
            assert!(start.elapsed() < PLENTY * 2, "never nvtop: {health}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn nothing_but_nvtop_is_installed() -> bool {
    let folders =
        ["/usr/bin/nvidia-smi", "/bin/nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi", "/opt/bin/nvidia-smi"];
    folders.iter().all(|path| fs::metadata(path).is_err())
}

#[test]
fn it_is_the_last_that_is_tried() {
    if !nothing_but_nvtop_is_installed() {
        return;
    }
    let fake = fake(&listings(&["3.3.2.json"]));
    let server = Server::start(&fake, &[]);
    let health = server.health();
    let tried: Vec<&Value> =
        health["sources"].as_array().unwrap().iter().map(|source| &source["provider"]).collect();
    assert_eq!(tried, ["nvml", "nvidia_smi"]);
}

#[test]
fn it_can_be_asked_for_and_ends_with_the_server() {
    let fake = fake(&listings(&["3.3.2.json"]));
    let server = Server::start(&fake, &["--telemetry-provider=nvtop", "--poll-interval-ms=300"]);
    server.health();
    let (pid, arguments) = fake.starts().last().unwrap().clone();
    assert_eq!(arguments, "-l -d 3");
    drop(server);
    gone(pid);
}
