//! `gpu-observatory health`: asks the server that runs, for containers and scripts.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    process::ExitCode,
    time::Duration,
};

use gpu_observatory::config::Config;

/// A server that is well answers at once.
const PATIENCE: Duration = Duration::from_secs(3);

/// Writes what the server says. Success means that it has fresh telemetry.
pub(super) fn ask(out: &mut impl Write, config: &Config) -> io::Result<ExitCode> {
    let path = [&config.base_path, "api/health"].concat();
    match answer(config, &path) {
        Ok((200, body)) => {
            writeln!(out, "{body}")?;
            Ok(ExitCode::SUCCESS)
        }
        Ok((code, body)) => {
            writeln!(out, "{path} answers {code}: {body}")?;
            Ok(ExitCode::FAILURE)
        }
        Err(error) => {
            writeln!(out, "no answer from {}:{}: {error}", host(config), config.port)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Where a server that listens everywhere is to be found here.
fn host(config: &Config) -> &str {
    match config.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    }
}

fn answer(config: &Config, path: &str) -> io::Result<(u16, String)> {
    let address = (host(config), config.port).to_socket_addrs()?.next();
    let address = address.ok_or_else(|| io::Error::other("the name has no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // A name that the server accepts whatever others it is told to.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.take(1 << 20).read_to_string(&mut text)?;
    let odd = || io::Error::other("what answers is no HTTP server");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(odd)?;
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(odd)?;
    Ok((code, body.trim().to_owned()))
}
