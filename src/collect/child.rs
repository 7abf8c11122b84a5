//! A long-running child process that prints one listing after the other.
//!
//! Its output is read by threads of its own, so that neither a child that hangs
//! nor one that prints without end costs the sampler anything: what is kept is the
//! newest whole listing, and the end of what is none.
//!
//! The child dies with the child's owner: it is killed when [`Child`] is dropped,
//! when the thread that started it ends, and (see [`spawn`]) when the server dies
//! in a way that leaves it no time to clean up.

mod lingering;
mod output;
mod spawn;

use std::{
    fmt,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{self, ExitStatus},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use self::{
    output::{COMPLAINTS, LONGEST, Output},
    spawn::spawn,
};
pub(super) use self::{
    output::{Frame, Said},
    spawn::find,
};

/// Takes the first whole listing off the front of what was read, if there is one,
/// and with it whatever stood before it. Called again until there is none.
pub(crate) trait Framing: FnMut(&mut Vec<u8>) -> Option<Vec<u8>> + Send + 'static {}
impl<F: FnMut(&mut Vec<u8>) -> Option<Vec<u8>> + Send + 'static> Framing for F {}

/// The framing of a child that prints a single answer: it is all in [`Exit::out`].
pub(super) fn until_the_end(_: &mut Vec<u8>) -> Option<Vec<u8>> {
    None
}

/// How long a child that was killed is waited for. One that is stuck in a driver
/// call does not die before that call returns.
const PATIENCE: Duration = Duration::from_millis(200);

/// How long after its end a child's output may still come out of the pipes.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A running child.
pub(super) struct Child {
    program: PathBuf,
    /// Taken by `drop` only.
    process: Option<process::Child>,
    out: Arc<Output>,
    err: Arc<Output>,
    ended: Option<(ExitStatus, Instant)>,
}

/// How a child ended.
#[derive(Debug)]
pub(super) struct Exit {
    /// Code or signal.
    pub(super) status: ExitStatus,
    /// What it printed that belongs to no listing.
    pub(super) out: Vec<u8>,
    /// The end of what it printed to stderr.
    pub(super) err: Vec<u8>,
    /// It printed more than any listing has.
    pub(super) too_long: bool,
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pid = self.process.as_ref().map(process::Child::id);
        f.debug_struct("Child").field("program", &self.program).field("pid", &pid).finish_non_exhaustive()
    }
}

impl Child {
    /// Starts `program`.
    ///
    /// # Errors
    /// When it cannot be started, and with [`io::ErrorKind::ResourceBusy`] while
    /// an earlier child of the same program cannot be ended: they would pile up.
    pub(super) fn start(program: &Path, arguments: &[&str], framing: impl Framing) -> io::Result<Self> {
        lingering::refuse(program)?;
        let mut process = spawn(program, arguments)?;
        let (out, err) = (Arc::new(Output::new(LONGEST)), Arc::new(Output::new(COMPLAINTS)));
        let pipes = process.stdout.take().zip(process.stderr.take());
        let child = Self {
            program: program.to_owned(),
            process: Some(process),
            out: Arc::clone(&out),
            err: Arc::clone(&err),
            ended: None,
        };
        let (stdout, stderr) = pipes.ok_or_else(|| io::Error::other("no pipes"))?;
        read(program, stdout, out, framing)?;
        read(program, stderr, err, until_the_end)?;
        Ok(child)
    }

    #[cfg(test)]
    pub(super) fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(process::Child::id)
    }

    /// The newest listing, unless it was taken already. Does not wait.
    pub(super) fn newest(&self) -> Option<Frame> {
        self.out.newest()
    }

    /// Waits for a listing, but not longer than this, and not for one that cannot
    /// come any more or is too long.
    pub(super) fn wait(&self, patience: Duration) -> Option<Frame> {
        self.out.wait(patience)
    }

    /// Whether it has printed more since its last listing than any listing has.
    pub(super) fn is_too_long(&self) -> bool {
        self.out.is_too_long()
    }

    /// What it has printed since its last listing: the end of that, complaints last.
    pub(super) fn said(&self) -> Said {
        Said::of(&self.out.tail(), &self.err.tail())
    }

    /// How it ended, if it has. Does not wait.
    pub(super) fn exit(&mut self) -> Option<Exit> {
        if self.ended.is_none() {
            let status = self.process.as_mut()?.try_wait().ok()??;
            self.ended = Some((status, Instant::now()));
        }
        let (status, since) = self.ended?;
        // A process that it left behind may hold its pipes for ever.
        let complete = self.out.has_ended() && self.err.has_ended();
        (complete || since.elapsed() > LAST_WORDS).then(|| Exit {
            status,
            out: self.out.rest(),
            err: self.err.rest(),
            too_long: self.out.is_too_long(),
        })
    }
}

impl Exit {
    /// What it said last.
    pub(super) fn said(&self) -> Said {
        Said::of(&self.out, &self.err)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.out.abandon();
        self.err.abandon();
        let Some(mut process) = self.process.take() else { return };
        if self.ended.is_some() {
            return;
        }
        spawn::kill(&mut process);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if !matches!(process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
        lingering::leave(std::mem::take(&mut self.program), process, start);
    }
}

fn read(
    program: &Path,
    pipe: impl Read + Send + 'static,
    output: Arc<Output>,
    framing: impl Framing,
) -> io::Result<()> {
    let name = program.file_name().map_or_else(|| "child".into(), |name| name.to_string_lossy().into_owned());
    thread::Builder::new().name(name).spawn(move || output.fill(pipe, framing)).map(drop)
}

#[cfg(test)]
mod tests;
