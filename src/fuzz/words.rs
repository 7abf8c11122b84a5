//! Names and sentences that are shown to a reader.

use std::fmt::Display;

use crate::collect::fuzz::{masked, nvidia_smi, nvtop, process, sentences};

/// Most characters of a sentence that quotes something.
const LONGEST_SENTENCE: usize = 1024;

/// Holds that a text says something, and nothing but text: nothing that moves a cursor or
/// turns a line around.
pub(super) fn shown(what: impl Display, text: &str, longest: usize) {
    assert!(!text.trim().is_empty(), "{what} is blank: {text:?}");
    assert!(text.chars().count() <= longest, "{what} is long: {text:?}");
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(bad), "{what} is not plain: {text:?}");
}

/// `/proc/PID/stat`, `cmdline`, `status`, `cgroup`, `/proc/mounts` and `/proc/meminfo`.
pub(super) fn kernel_files(bytes: &[u8]) {
    let process = process(bytes);
    for name in process.names.iter().flatten() {
        shown("a process's name", name, 256);
    }
    if let Some(command) = process.command {
        shown("a command", &command, 1024);
    }
    if let Some(container) = process.container {
        shown("a container", &container, 128);
    }
}

/// A command line. What is masked says less, and masked again no more.
pub(super) fn command_line(bytes: &[u8]) {
    let line = String::from_utf8_lossy(bytes);
    let Some(once) = masked(&line) else { return };
    assert!(once != line && once.len() <= 4 * line.len(), "{line:?} became {once:?}");
    // What is left may bring words together that say more than each of them did.
    let twice = masked(&once);
    let grows = twice.as_ref().is_some_and(|twice| twice.len() > once.len() + 3);
    assert!(!grows, "{line:?} became {once:?} and then {twice:?}");
}

/// A status in two bytes, and what a program that ended said to both its outputs.
pub(super) fn program_words(bytes: &[u8]) {
    let Some((status, words)) = bytes.split_first_chunk() else { return };
    let status = i32::from(u16::from_le_bytes(*status));
    let (out, err) = words.split_at(words.iter().position(|byte| *byte == 0).unwrap_or(words.len()));
    let errors = [nvidia_smi::explained(status, out, err)].into_iter();
    for error in errors.chain(nvtop::explained(status, out, err)) {
        let [reason, hint] = sentences(error);
        shown("a reason", &reason, LONGEST_SENTENCE);
        if !hint.is_empty() {
            shown("a hint", &hint, LONGEST_SENTENCE);
        }
    }
}
