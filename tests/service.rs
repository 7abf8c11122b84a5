//! What the program tells systemd, which is played by a socket.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    os::unix::net::UnixDatagram,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Nothing here takes this long unless it is broken.
const FOREVER: Duration = Duration::from_secs(30);

/// Kills the server when it goes.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn next(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).unwrap_or_else(|error| panic!("nothing comes: {error}"));
    String::from_utf8(buffer[..length].to_vec()).unwrap().trim().to_owned()
}

/// The demo, started as systemd starts it.
fn serve(watchdog: Option<Duration>) -> (Server, UnixDatagram, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("notify");
    let socket = UnixDatagram::bind(&place).unwrap();
    socket.set_read_timeout(Some(FOREVER)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"));
    command.args(["--demo", "--port=0"]).current_dir(folder.path()).env_clear().env("NOTIFY_SOCKET", place);
    if let Some(watchdog) = watchdog {
        command.env("WATCHDOG_USEC", watchdog.as_micros().to_string());
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    (Server(child), socket, folder)
}

fn terminate(server: &Server) {
    let pid = server.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
}

#[test]
fn systemd_hears_of_the_start_the_life_and_the_end() {
    let (mut server, socket, _folder) = serve(Some(Duration::from_millis(200)));
    assert_eq!(next(&socket), "READY=1");
    for _ in 0..3 {
        assert_eq!(next(&socket), "WATCHDOG=1");
    }
    terminate(&server);
    // Signs of life may still be on the way.
    let last = loop {
        match next(&socket).as_str() {
            "WATCHDOG=1" => {}
            other => break other.to_owned(),
        }
    };
    assert_eq!(last, "STOPPING=1");
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
}

#[test]
fn without_a_watchdog_there_is_no_sign_of_life() {
    let (server, socket, _folder) = serve(None);
    assert_eq!(next(&socket), "READY=1");
    terminate(&server);
    assert_eq!(next(&socket), "STOPPING=1");
}
