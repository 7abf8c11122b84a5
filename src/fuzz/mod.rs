//! Every parser of text that others wrote, as a fuzzer calls it: with bytes. What it makes
//! of them is held to what must be so of anything that is shown or sent.
//!
//! Exists for `fuzz/`, and for the test that replays what is kept there. The fakes' scenarios
//! are left out: nobody but a test writes those.

mod client;
mod gpus;
mod listings;
mod settings;
#[cfg(test)]
mod tests;
mod words;

/// A name, and what takes the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them, by the names that their folders in `fuzz/corpus` and their files in
/// `fuzz/fuzz_targets` have.
pub const TARGETS: &[Target] = &[
    ("demo_wish", settings::wish),
    ("env_file", settings::env_file),
    ("kernel_files", words::kernel_files),
    ("message", client::message),
    ("nvidia_smi_framing", listings::nvidia_smi_framing),
    ("nvidia_smi_help", listings::nvidia_smi_help),
    ("nvidia_smi_rows", listings::nvidia_smi_rows),
    ("nvidia_smi_xml", listings::nvidia_smi_xml),
    ("nvtop_framing", listings::nvtop_framing),
    ("nvtop_json", listings::nvtop_json),
    ("program_words", words::program_words),
    ("request_headers", client::request_headers),
    ("socket_frames", client::socket_frames),
];

/// Gives these bytes to one of them.
///
/// # Panics
/// When what it makes of them is not as it must be, and where there is none of this name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(target, _)| *target == name);
    let Some((_, target)) = target else { panic!("no target is called {name}") };
    target(bytes);
}
