//! A machine that a test can break, with the real server on it.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::symlink,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::{fake_nvml::FakeNvml, fake_program::FakeProgram};

/// Nothing takes this long unless it is broken: the longest wait in the server
/// is 20 s, between two tries to open a source.
const PLENTY: Duration = Duration::from_secs(20);

/// What a library is called that nobody is to find.
const AWAY: &str = "away";

/// What a machine is made of.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) nvml: Option<Value>,
    pub(crate) smi: Option<Value>,
    pub(crate) nvtop: Option<Value>,
    /// Flags of the server; without any it chooses the source and samples ten times a second.
    pub(crate) flags: &'static [&'static str],
}

pub(crate) struct Machine {
    /// What the server needs besides, and nothing else of this machine.
    _tools: TempDir,
    nvml: FakeNvml,
    smi: Option<FakeProgram>,
    nvtop: Option<FakeProgram>,
    server: Child,
    address: String,
}

/// What the machine must look like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct View {
    /// Of `/api/health`.
    pub(crate) status: &'static str,
    /// The source in use; empty: none.
    pub(crate) provider: &'static str,
    /// Of the GPUs, in order.
    pub(crate) states: &'static [&'static str],
    /// What the page says, tags and all left out.
    pub(crate) page: &'static [&'static str],
    /// Kind and words of an event in the payload.
    pub(crate) event: Option<(&'static str, &'static str)>,
    /// Values of the payload: where they stand, and what they are in JSON.
    pub(crate) values: &'static [(&'static str, &'static str)],
}

impl Machine {
    pub(crate) fn start(parts: &Parts) -> Self {
        // It finds nothing but what the test puts there, and what binds its children to it.
        let tools = tempfile::tempdir().unwrap();
        let _ = symlink("/usr/bin/setpriv", tools.path().join("setpriv"));
        let smi = parts.smi.as_ref().map(|scenario| program("nvidia-smi", "nvidia_smi", scenario));
        let nvtop = parts.nvtop.as_ref().map(|scenario| program("nvtop", "nvtop", scenario));
        let folders = smi.iter().chain(&nvtop).map(FakeProgram::folder).chain([tools.path()]);
        let path = env::join_paths(folders).unwrap();
        let nvml = FakeNvml::new(parts.nvml.as_ref().unwrap_or(&Value::Object(Map::new())));
        if parts.nvml.is_none() {
            fs::rename(nvml.path(), nvml.folder().join(AWAY)).unwrap();
        }
        let mut server = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"))
            .args(["--port=0", "--log-level=error"])
            .args(if parts.flags.is_empty() { &["--poll-interval-ms=100"] } else { parts.flags })
            .env("PATH", path)
            .env("LD_LIBRARY_PATH", nvml.folder())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("Listening on http://").trim_end_matches('/').to_owned();
        Self { _tools: tools, nvml, smi, nvtop, server, address }
    }

    /// What the driver does from now on.
    pub(crate) fn nvml(&mut self, scenario: &Value) {
        self.nvml.set(scenario);
    }

    /// Puts the library where the loader finds it.
    pub(crate) fn install_library(&mut self) {
        fs::rename(self.nvml.folder().join(AWAY), self.nvml.path()).unwrap();
    }

    pub(crate) fn smi(&self) -> &FakeProgram {
        self.smi.as_ref().unwrap()
    }

    pub(crate) fn nvtop(&self) -> &FakeProgram {
        self.nvtop.as_ref().unwrap()
    }

    /// Threads of the server.
    pub(crate) fn threads(&self) -> usize {
        fs::read_dir(format!("/proc/{}/task", self.server.id())).unwrap().count()
    }

    /// Status code and body.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    pub(crate) fn json(&self, path: &str) -> (u16, Value) {
        let (code, body) = self.get(path);
        (code, serde_json::from_str(&body).unwrap_or_default())
    }

    /// Waits until the machine looks like this.
    pub(crate) fn until(&self, when: &str, view: View) {
        let start = Instant::now();
        loop {
            let mismatch = self.differs(view);
            let Some(mismatch) = mismatch else { return };
            assert!(start.elapsed() < PLENTY, "{when}: {mismatch}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for something else.
    pub(crate) fn when(&self, what: &str, wanted: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !wanted(self) {
            assert!(start.elapsed() < PLENTY, "never came true: {what}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// In what it does not look like this.
    fn differs(&self, view: View) -> Option<String> {
        let (code, health) = self.json("/api/health");
        let wanted = if view.status == "stale" { 503 } else { 200 };
        if code != wanted || health["status"] != view.status {
            return Some(format!("health is {code} {health}"));
        }
        if health["provider"].as_str().unwrap_or_default() != view.provider {
            return Some(format!("the source is {}: {health}", health["provider"]));
        }
        let (_, snapshot) = self.json("/api/snapshot");
        let gpus = snapshot["gpus"].as_array().cloned().unwrap_or_default();
        let states: Vec<_> = gpus.iter().map(|gpu| gpu["state"].as_str().unwrap_or_default()).collect();
        if states != view.states {
            return Some(format!("the GPUs are {states:?}: {snapshot:#}"));
        }
        // What cannot be read is not made up.
        for gpu in gpus.iter().filter(|gpu| gpu["state"] != "ok") {
            assert!(gpu["utilization"].is_null() && gpu["memoryUsed"].is_null(), "{gpu:#}");
        }
        if let Some((kind, text)) = view.event {
            let events = snapshot["events"].as_array().cloned().unwrap_or_default();
            let told = |e: &Value| e["kind"] == kind && e["text"].as_str().unwrap_or_default().contains(text);
            if !events.iter().any(told) {
                return Some(format!("no event {kind} with {text:?}: {events:?}"));
            }
        }
        for (place, wanted) in view.values {
            let value = snapshot.pointer(place).unwrap_or(&Value::Null).to_string();
            if value != *wanted {
                return Some(format!("{place} is {value}, not {wanted}"));
            }
        }
        let (code, page) = self.get("/");
        assert_eq!(code, 200, "{page}");
        let words = words(&page);
        let missing = view.page.iter().find(|text| !words.contains(**text))?;
        Some(format!("the page does not say {missing:?}: {words}"))
    }
}

fn program(name: &'static str, fixtures: &str, scenario: &Value) -> FakeProgram {
    let package = if name == "nvtop" { "fake-nvtop" } else { "fake-nvidia-smi" };
    let program = FakeProgram::new(package, name).with_fixtures(fixtures);
    program.play(scenario);
    program
}

/// What a reader sees of a page, roughly.
fn words(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut words = String::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        if !tag.starts_with("script") && !tag.starts_with("style") {
            words.push_str(text);
        }
    }
    words.replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
