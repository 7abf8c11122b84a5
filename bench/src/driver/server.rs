//! The server under measurement.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use bench::{fake::Machine, meter::Meter};
use rustix::process::{Pid, Signal, kill_process};

use crate::{arguments::Arguments, http};

/// A server that has no fresh sample by then will not have one.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one that was asked to may take to end.
const GOODBYE: Duration = Duration::from_secs(5);

/// A running server; it ends with this.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    pub(crate) meter: Meter,
    /// From starting the program to the first answer of any kind, and to the first fresh
    /// sample.
    pub(crate) answered: Duration,
    pub(crate) ready: Duration,
}

impl Server {
    /// Starts one that samples every `interval`, and waits until it has a fresh sample.
    ///
    /// # Errors
    /// When it does not start, or has no sample after half a minute.
    pub(crate) fn start(arguments: &Arguments, machine: &Machine, interval: Duration) -> io::Result<Self> {
        let address = free_address()?;
        let begun = Instant::now();
        let process = Command::new(std::path::absolute(&arguments.server)?)
            .args(["--port", &address.port().to_string(), "--telemetry-provider", "nvml"])
            .args(["--poll-interval-ms", &interval.as_millis().to_string(), "--ws-max-rate-hz", "30"])
            .args(["--log-level", "ERROR", "--max-clients", "100000"])
            .env("LD_LIBRARY_PATH", machine.folder())
            // The real library does not look: it is told.
            .env("FAKE_NVML_LOOK_EVERY_MS", "2000")
            // No settings of this folder's .env.
            .current_dir(machine.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| io::Error::other(format!("{}: {error}", arguments.server.display())))?;
        let meter = Meter::new(process.id());
        let mut server = Self { process, address, meter, answered: Duration::ZERO, ready: Duration::ZERO };
        loop {
            let status = http::get(address, "/api/health").ok().map(|(status, _)| status);
            let passed = begun.elapsed();
            if status.is_some() && server.answered.is_zero() {
                server.answered = passed;
            }
            if status == Some(200) {
                server.ready = passed;
                return Ok(server);
            }
            if passed > PATIENCE || server.process.try_wait()?.is_some() {
                return Err(io::Error::other("the server has no sample"));
            }
            // Often enough to tell milliseconds apart, and no more in its way than needed.
            thread::sleep(Duration::from_micros(100));
        }
    }

    /// Where its stream is.
    pub(crate) fn url(&self) -> String {
        format!("ws://{}/ws/gpu", self.address)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let _ = kill_process(pid, Signal::TERM);
        }
        let begun = Instant::now();
        while begun.elapsed() < GOODBYE {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One that nobody listens on. Somebody else may take it before the server does; then
/// the server says so and the run fails.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
