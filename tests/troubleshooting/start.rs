//! What the program says where it does not come to serving.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    machine::{output, program},
    quotes::heard,
};

/// Brings about what stands under this heading.
pub(crate) fn says(heading: &str, messages: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let said = match heading {
        "The port is taken" => {
            let taken = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = taken.local_addr().unwrap().port().to_string();
            output(program(folder).args(["--port", &port]))
        }
        "The machine does not have the address" => {
            output(program(folder).args(["--host", "192.0.2.1", "--port", "0"]))
        }
        "A setting cannot be used" => [
            output(program(folder).env("GPU_MONITOR_POLL_INTERVAL_MS", "50")),
            output(program(folder).arg("--ws-max-rate-hz=99")),
        ]
        .concat(),
        "It is not there" => {
            let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            output(program(folder).arg("health").args(["--port", &free.to_string()]))
        }
        "The token cannot be used" => {
            output(program(folder).env("GPU_MONITOR_AUTH_TOKEN_FILE", "/nonexistent/token"))
        }
        "The name is not known" => asked_by(folder, "gpus.example.com"),
        "There is no built page" => without_page(folder),
        "It was built by cargo alone" => build_script(folder),
        _ => panic!("no test brings about {heading:?}"),
    };
    for message in messages {
        assert!(heard(&said, message), "{heading}: nobody says {message:?}: {said}");
    }
}

/// What a server says that is called by this name.
fn asked_by(folder: &Path, name: &str) -> String {
    let mut server = program(folder).args(["--demo", "--port=0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Listening on http://").unwrap().trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.0\r\nHost: {name}\r\n\r\n").unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    said
}

/// The program where no `site` lies beside it. It ends because it may not have the address.
fn without_page(folder: &Path) -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_gpu-observatory"));
    let bin = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let copy = bin.path().join("gpu-observatory");
    fs::hard_link(built, &copy).or_else(|_| fs::copy(built, &copy).map(|_| ())).unwrap();
    let mut command = Command::new(copy);
    command.current_dir(folder).env_clear().args(["--host=192.0.2.1", "--log-format=text"]);
    output(command.stdin(Stdio::null()))
}

/// The build script, as cargo runs it for plain `cargo install`, and for one with the page
/// inside where there is none.
fn build_script(folder: &Path) -> String {
    let script = folder.join("build");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
    let compiled =
        Command::new("rustc").args(["--edition=2024", "-o"]).arg(&script).arg(source).status().unwrap();
    assert!(compiled.success());
    let run = |features: &[&str]| {
        let mut command = Command::new(&script);
        command.current_dir(folder).env_clear();
        for feature in features {
            command.env(format!("CARGO_FEATURE_{feature}"), "1");
        }
        output(&mut command)
    };
    for half in ["SSR", "HYDRATE"] {
        assert!(!run(&[half]).contains("cargo::error"), "{half} can be built");
    }
    [run(&[]), run(&["SSR", "EMBED"])].concat()
}
