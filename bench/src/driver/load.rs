//! Viewers, from a process of their own.

use std::{
    io::{self, Read},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{arguments::Arguments, server::Server};

/// What a load consists of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    pub(crate) viewers: usize,
    pub(crate) seconds: f64,
    /// As our page: compression and its subprotocol are offered.
    pub(crate) browsers: bool,
    pub(crate) stalled: usize,
    pub(crate) slow: usize,
    /// How many connect at the same time; 0: as the generator likes.
    pub(crate) outstanding: usize,
}

impl Load {
    /// Plain viewers.
    pub(crate) fn plain(viewers: usize, seconds: f64) -> Self {
        Self { viewers, seconds, ..Self::default() }
    }

    /// Viewers that ask for what our page asks for.
    pub(crate) fn browsers(viewers: usize, seconds: f64) -> Self {
        Self { browsers: true, ..Self::plain(viewers, seconds) }
    }

    /// Runs it, has `meanwhile` called about every 50 ms, and returns what the generator told.
    ///
    /// # Errors
    /// When the generator fails, or is not done two minutes after it should be.
    pub(crate) fn run(
        &self,
        arguments: &Arguments,
        server: &Server,
        mut meanwhile: impl FnMut(Duration),
    ) -> io::Result<Value> {
        let begun = Instant::now();
        let mut process = self.start(arguments, server)?;
        let longest = Duration::from_secs_f64(self.seconds) + Duration::from_secs(120);
        let status = loop {
            if let Some(status) = process.try_wait()? {
                break status;
            }
            if begun.elapsed() > longest {
                process.kill()?;
                break process.wait()?;
            }
            meanwhile(begun.elapsed());
            thread::sleep(Duration::from_millis(50));
        };
        let mut text = String::new();
        if let Some(mut told) = process.stdout.take() {
            told.read_to_string(&mut text)?;
        }
        if !status.success() {
            return Err(io::Error::other(format!("the load generator: {status}")));
        }
        Ok(serde_json::from_str(&text)?)
    }

    fn start(&self, arguments: &Arguments, server: &Server) -> io::Result<Child> {
        let mut command = Command::new(&arguments.load);
        command
            .args(["--url", &server.url(), "--pid", &server.pid().to_string()])
            .args(["--viewers", &self.viewers.to_string(), "--seconds", &self.seconds.to_string()])
            .args(["--stalled", &self.stalled.to_string(), "--slow", &self.slow.to_string()]);
        if self.outstanding > 0 {
            command.args(["--outstanding", &self.outstanding.to_string()]);
        }
        if self.browsers {
            command.args(["--wire", "deflate"]);
            if !arguments.subprotocol.is_empty() {
                command.args(["--subprotocol", &arguments.subprotocol]);
            }
        }
        let said = |error| io::Error::other(format!("{}: {error}", arguments.load.display()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(said)
    }
}
