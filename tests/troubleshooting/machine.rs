//! A machine in trouble, and all that the program says on it.

use std::{
    env, fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::symlink,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    fake_nvml::FakeNvml,
    fake_program::{FakeProgram, PLENTY},
    quotes::heard,
};

/// What is there, and what happens to it.
#[derive(Default)]
pub(crate) struct Trouble {
    pub(crate) nvml: Option<Value>,
    pub(crate) smi: Option<Value>,
    pub(crate) nvtop: Option<Value>,
    pub(crate) flags: &'static [&'static str],
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// What becomes of the driver once the server reads it.
    pub(crate) later: Option<Value>,
}

/// Killed when it goes.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program in a folder, with nothing of this machine.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"));
    command.current_dir(folder).env_clear().env("LD_LIBRARY_PATH", folder).env("PATH", folder);
    command.stdin(Stdio::null());
    command
}

/// Both outputs of a command that ends by itself.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

impl Trouble {
    /// Waits until all of it was said.
    pub(crate) fn says(&self, heading: &str, messages: &[String]) {
        let tools = tempfile::tempdir().unwrap();
        let folder = tools.path();
        // What binds the server's children to it.
        let _ = symlink("/usr/bin/setpriv", folder.join("setpriv"));
        let nvml = self.nvml.as_ref().map(FakeNvml::new);
        let smi =
            self.smi.as_ref().map(|scenario| fake("fake-nvidia-smi", "nvidia-smi", "nvidia_smi", scenario));
        let nvtop = self.nvtop.as_ref().map(|scenario| fake("fake-nvtop", "nvtop", "nvtop", scenario));
        let path = smi.iter().chain(&nvtop).map(FakeProgram::folder).chain([folder]);
        let path = env::join_paths(path).unwrap();
        let command = || {
            let mut command = program(folder);
            command.env("PATH", &path).envs(self.environment.iter().copied()).args(self.flags);
            if let Some(nvml) = &nvml {
                command.env("LD_LIBRARY_PATH", nvml.folder());
            }
            command
        };
        let doctor = output(command().arg("doctor"));
        let log = folder.join("log");
        let server = command()
            .args(["--port=0", "--poll-interval-ms=200", "--log-format=text"])
            .stdout(fs::File::create(folder.join("address")).unwrap())
            .stderr(fs::File::create(&log).unwrap())
            .spawn();
        let _server = Server(server.unwrap());
        let address = until("it listens", || {
            let line = fs::read_to_string(folder.join("address")).unwrap();
            line.strip_prefix("Listening on http://")?.strip_suffix("/\n").map(str::to_owned)
        });
        if let (Some(later), Some(nvml)) = (&self.later, &nvml) {
            until("it reads the driver", || {
                get(&address, "/api/health").contains(r#""status":"ok""#).then_some(())
            });
            nvml.set(later);
        }
        let start = Instant::now();
        loop {
            let page = get(&address, "/");
            let others = ["/api/health", "/metrics", "/ws/gpu"].map(|path| get(&address, path)).join("\n");
            let log = fs::read_to_string(&log).unwrap();
            let said =
                [&doctor, &log, &others, &words(&page), &attributes(&page)].map(String::as_str).join("\n");
            let Some(missing) = messages.iter().find(|message| !heard(&said, message)) else { return };
            assert!(start.elapsed() < PLENTY, "{heading}: nobody says {missing:?}: {said}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn fake(package: &'static str, name: &'static str, fixtures: &str, scenario: &Value) -> FakeProgram {
    let program = FakeProgram::new(package, name).with_fixtures(fixtures);
    program.play(scenario);
    program
}

fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PLENTY, "never came true: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The body.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn decoded(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&").replace("\u{2009}", " ")
}

/// What a reader sees of a page: each paragraph in a line.
fn words(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut words = String::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        if tag.starts_with("script") || tag.starts_with("style") {
            continue;
        }
        if ["p", "h2", "li", "div", "section"].iter().any(|name| tag.split(' ').next() == Some(name)) {
            words.push('\n');
        }
        words.push_str(text);
    }
    decoded(&words)
}

/// What a reader sees who points at something.
fn attributes(page: &str) -> String {
    let titles = page.split("title=\"").skip(1).filter_map(|rest| rest.split('"').next());
    decoded(&titles.collect::<Vec<_>>().join("\n"))
}
