//! Starting a child that cannot outlive the server.
//!
//! Linux can send a process a signal when its parent dies (`PR_SET_PDEATHSIG`),
//! but it has to ask for that itself, between fork and exec, which takes unsafe
//! code. `setpriv` of util-linux asks for it and then becomes the program, under
//! the same PID. Where there is no such `setpriv`, the pipe is what is left: a
//! child whose reader is gone dies of `SIGPIPE` when it prints its next listing.
//!
//! The signal is bound to the *thread* that started the child: start it on one
//! that lives as long as the child shall.

use std::{
    env,
    ffi::OsStr,
    io,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use rustix::process::{Pid, Signal, kill_process_group};

/// The program of this name: in PATH, or in one of these folders.
pub(in crate::collect) fn find(name: &str, elsewhere: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .chain(elsewhere.iter().map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|program| is_program(program))
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

pub(super) fn spawn(program: &Path, arguments: &[&str]) -> io::Result<Child> {
    if !is_program(program) {
        let kind = if program.exists() { io::ErrorKind::PermissionDenied } else { io::ErrorKind::NotFound };
        return Err(kind.into());
    }
    let mut command = match guard() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A Ctrl-C in the terminal is for the server, which then ends its children;
        // and what a wrapper script starts is ended with it.
        .process_group(0)
        .spawn()
}

/// `setpriv`, if it is the one that can do it: busybox has one that cannot.
fn guard() -> Option<&'static Path> {
    static GUARD: OnceLock<Option<PathBuf>> = OnceLock::new();
    GUARD
        .get_or_init(|| {
            let setpriv = find("setpriv", &[])?;
            let works = Command::new(&setpriv)
                .args(["--pdeathsig", "KILL", "--"])
                .arg(&setpriv)
                .arg(OsStr::new("--version"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success());
            works.then_some(setpriv)
        })
        .as_deref()
}

/// Kills the child and what it started. It must not have been waited for.
pub(super) fn kill(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if group.is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
        // It has ended already, or a moment ago was not in its group yet.
        let _ = child.kill();
    }
}
