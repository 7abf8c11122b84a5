//! The program as a user starts it: arguments, environment, output, signals, exit codes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// The program in an empty folder, without any of our variables around it.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GPU_MONITOR_")) {
        command.env_remove(name);
    }
    // No driver of the machine that runs the tests.
    command.env("LD_LIBRARY_PATH", folder).env("PATH", folder);
    command
}

fn refused(command: &mut Command, code: i32) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(code), "{stderr}");
    assert!(stdout.is_empty());
    let complaints: Vec<_> = stderr.lines().filter(|line| line.starts_with("gpu-observatory: ")).collect();
    assert_eq!(complaints.len(), 1, "one clear line: {stderr}");
    complaints[0].to_owned()
}

/// A server that is stopped with the test.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("Listening on http://").and_then(|rest| rest.strip_suffix("/\n"));
        let address = address.unwrap_or_else(|| panic!("not the promised line: {line:?}")).to_owned();
        Self { child, address }
    }

    /// Status code and body.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn json(&self, path: &str) -> (u16, serde_json::Value) {
        let (code, body) = self.get(path);
        (code, serde_json::from_str(&body).unwrap())
    }

    /// Asks until `wanted` holds; gives the answer for which it did.
    fn until(&self, path: &str, wanted: impl Fn(u16, &serde_json::Value) -> bool) -> serde_json::Value {
        let start = Instant::now();
        loop {
            let (code, body) = self.json(path);
            if wanted(code, &body) {
                return body;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "never came true: {body}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal; gives exit code and log.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (status.code(), log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_bad_variable_is_one_line_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let line = refused(program(folder.path()).env("GPU_MONITOR_POLL_INTERVAL_MS", "99"), 2);
    assert!(line.contains("GPU_MONITOR_POLL_INTERVAL_MS is \"99\": must be"), "{line}");
    let line = refused(program(folder.path()).arg("--ws-max-rate-hz=many"), 2);
    assert!(line.contains("--ws-max-rate-hz is \"many\""), "{line}");
    let line = refused(program(folder.path()).arg("--colour"), 2);
    assert!(line.contains("--colour"), "{line}");
}

#[test]
fn a_dotenv_file_is_read_and_one_that_cannot_be_read_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), "GPU_MONITOR_PORT=nowhere\n").unwrap();
    let line = refused(&mut program(folder.path()), 2);
    assert!(line.contains("GPU_MONITOR_PORT in .env is \"nowhere\""), "{line}");
    fs::write(folder.path().join(".env"), "GPU_MONITOR_PORT='1\n").unwrap();
    let line = refused(&mut program(folder.path()), 2);
    assert!(line.contains(".env cannot be read"), "{line}");
}

#[test]
fn a_taken_port_is_one_line_and_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let line = refused(program(folder.path()).args(["--port", &port]), 1);
    assert!(line.contains(&format!("cannot listen on 127.0.0.1:{port}: the port is taken")), "{line}");
    let line = refused(program(folder.path()).args(["--port=0", "--host=192.0.2.1"]), 1);
    assert!(line.contains("does not have that address"), "{line}");
}

#[test]
fn help_and_version_are_no_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let version = program(folder.path()).arg("--version").output().unwrap();
    assert!(version.status.success());
    let version = String::from_utf8(version.stdout).unwrap();
    assert_eq!(version, concat!("gpu-observatory ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(program(folder.path()).arg("--help").output().unwrap().status.success());
}

#[test]
fn the_demo_says_that_it_is_one_in_every_payload() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        Running::start(program(folder.path()).args(["--demo", "--port=0", "--poll-interval-ms=100"]));
    let snapshot = server.until("/api/snapshot", |code, _| code == 200);
    assert_eq!(snapshot["simulated"], true);
    assert_eq!(snapshot["provider"], "demo");
    assert_eq!(snapshot["gpus"].as_array().unwrap().len(), 8);
    assert!(snapshot["system"]["memoryTotal"].as_u64().unwrap() > 0);
    assert_eq!(server.json("/api/health").1["status"], "ok");
    // Without JavaScript too: the values are in the HTML.
    let (code, page) = server.get("/");
    assert_eq!(code, 200);
    assert!(page.contains("NVIDIA H100 80GB HBM3") && page.contains("Simulated"), "{page}");
}

#[test]
fn signals_end_it_cleanly() {
    for signal in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let server = Running::start(program(folder.path()).args(["--demo", "--port=0"]));
        let (code, log) = server.end(signal);
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("shutting down"), "{log}");
    }
}

#[test]
fn without_a_driver_it_serves_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(program(folder.path()).args(["--port=0"]));
    let health = server.until("/api/health", |_, health| health["sources"][0].is_object());
    assert_eq!(server.json("/api/health").0, 503);
    assert_eq!(health["status"], "stale");
    assert_eq!(health["provider"], serde_json::Value::Null);
    assert_eq!(health["sources"][0]["provider"], "nvml");
    let reason = health["sources"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("libnvidia-ml.so.1"), "{reason}");
    let (_, page) = server.get("/");
    assert!(page.contains("No GPUs detected") && page.contains("libnvidia-ml.so.1"), "{page}");
}

#[test]
fn the_log_is_json_where_nobody_watches_and_as_quiet_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(program(folder.path()).args(["--demo", "--port=0"]));
    let (_, log) = server.end("-TERM");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string());
    }
    assert!(log.contains("\"level\":\"INFO\""), "{log}");
    let text = ["--demo", "--port=0", "--log-format=text"];
    let (_, log) = Running::start(program(folder.path()).args(text)).end("-TERM");
    assert!(log.contains(" INFO ") && !log.contains('{'), "{log}");
    let quiet = ["--demo", "--port=0", "--log-level=error"];
    let (_, log) = Running::start(program(folder.path()).args(quiet)).end("-TERM");
    assert_eq!(log, "");
}

/// A variable's name is anybody's to choose, and the log names those that do nothing.
#[test]
fn nobody_can_forge_a_line_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "GPU_MONITOR_X\n2026-01-01T00:00:00Z ERROR forged\u{1b}[2J\u{9b}1m\u{202e}\u{2028}";
    for format in ["text", "json"] {
        let mut command = program(folder.path());
        command.args(["--demo", "--port=0", "--log-format", format]).env(evil, "1");
        let (_, log) = Running::start(&mut command).end("-TERM");
        assert!(log.chars().all(|c| c == '\n' || matches!(c, ' '..='~')), "{log:?}");
        let named: Vec<_> = log.lines().filter(|line| line.contains("forged")).collect();
        assert_eq!(named.len(), 1, "{log}");
        assert!(named[0].contains("WARN") && named[0].contains("is not a setting"), "{log}");
    }
}

/// On the page, in the API and in the metrics.
#[test]
fn what_the_operator_hides_is_told_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let places = |details: &str| {
        let flags = ["--demo", "--port=0", "--metrics-processes=true", "--process-details", details];
        let server = Running::start(program(folder.path()).args(flags));
        let snapshot = server.until("/api/snapshot", |code, _| code == 200);
        let memory = snapshot["gpus"][0]["processes"][0]["usedMemoryMiB"].as_f64();
        assert!(memory.is_some_and(|mib| mib > 0.0), "{snapshot}");
        ["/", "/api/snapshot", "/metrics"].map(|path| server.get(path).1)
    };
    let has = |places: [String; 3], word: &str| places.map(|text| text.contains(word));
    assert_eq!(has(places("full"), "alice"), [true; 3]);
    assert_eq!(has(places("full"), "python"), [true; 3]);
    let name = places("name");
    assert_eq!(has(name.clone(), "alice"), [false; 3]);
    assert_eq!(has(name, "python"), [true; 3]);
    let none = places("none");
    assert_eq!(has(none.clone(), "alice"), [false; 3]);
    assert_eq!(has(none.clone(), "python"), [false; 3]);
    assert!(none[0].contains("hidden by whoever runs this dashboard"));
}
