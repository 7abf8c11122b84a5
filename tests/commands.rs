//! What the program does besides serving, as a user runs it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The program in an empty folder, on a machine without any driver.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"));
    command.current_dir(folder).env_clear().env("LD_LIBRARY_PATH", folder).env("PATH", folder);
    command
}

fn run(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&stderr), "");
    (status.code(), String::from_utf8(stdout).unwrap())
}

/// Kills the server when it goes.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path, arguments: &[&str]) -> (Server, String) {
    let mut command = program(folder);
    command.args(["--port=0"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().trim_end_matches('/').rsplit(':').next().unwrap().to_owned();
    (Server(child), port)
}

#[test]
fn the_doctor_says_why_nothing_works_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) =
        run(program(folder.path()).args(["doctor", "--poll-interval-ms=250"]).env("GPU_MONITOR_PROT", "1"));
    assert_eq!(code, Some(1), "{text}");
    for words in [
        "GPU_MONITOR_POLL_INTERVAL_MS=250\n",
        "GPU_MONITOR_PROT (environment) is not a setting",
        "nvml: not there: libnvidia-ml.so.1 not found. ",
        "nvidia_smi: not there: nvidia-smi is not installed",
        "nvtop: not there: nvtop is not installed",
        "No GPU can be read.",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn the_doctor_is_content_where_gpus_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = run(program(folder.path()).args(["doctor", "--demo", "--demo-gpus=3"]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("demo: works, lists 3 GPUs\n    0 NVIDIA H100"), "{text}");
    assert!(text.ends_with("The dashboard reads demo, which is simulated.\n"), "{text}");
}

#[test]
fn health_is_that_of_the_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, wanted, said) in [
        (&["--demo", "--base-path=/gpu"][..], 0, r#""status":"ok""#),
        (&["--host=0.0.0.0", "--base-path=/gpu"], 1, "/gpu/api/health answers 503"),
    ] {
        let (server, port) = serve(folder.path(), arguments);
        let ask = || run(program(folder.path()).args(["health", "--base-path=/gpu", "--port", &port]));
        // The first sample may not be there yet.
        let start = std::time::Instant::now();
        let (code, text) = loop {
            let (code, text) = ask();
            if code == Some(wanted) || start.elapsed().as_secs() > 30 {
                break (code, text);
            }
        };
        assert_eq!(code, Some(wanted), "{text}");
        assert!(text.contains(said), "{text}");
        drop(server);
        let (code, text) = ask();
        assert_eq!(code, Some(1));
        assert!(text.starts_with(&format!("no answer from 127.0.0.1:{port}: ")), "{text}");
    }
}

#[test]
fn completions_and_manual_name_every_flag() {
    let folder = tempfile::tempdir().unwrap();
    let (_, help) = run(program(folder.path()).arg("--help"));
    let flags: Vec<&str> = help.split_whitespace().filter_map(|word| word.strip_prefix("--")).collect();
    assert!(flags.len() > 10);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script) = run(program(folder.path()).args(["completions", shell]));
        assert_eq!(code, Some(0));
        for flag in &flags {
            assert!(script.contains(flag), "{flag} for {shell}");
        }
    }
    let (code, page) = run(program(folder.path()).arg("man"));
    assert_eq!(code, Some(0));
    let page = page.replace('\\', "");
    for flag in &flags {
        assert!(page.contains(&format!("--{flag}")), "{flag}");
    }
}

/// Cargo alone must name the client as cargo-leptos leaves it, or the page stays dead.
#[test]
fn the_page_names_the_client_that_the_build_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, port) = serve(folder.path(), &["--demo"]);
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.contains("/pkg/gpu-observatory.js"), "{page}");
    assert!(page.contains("/pkg/gpu-observatory.wasm"), "{page}");
    assert!(!page.contains("gpu-observatory_bg"), "{page}");
}
