//! Replays `fuzz/corpus`, and what is not far from it, without a fuzzer.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use fastrand::Rng;

use super::{TARGETS, run};

const MOST_BYTES: usize = 16 << 10;
const MOST_BYTES_IN_ALL: usize = 1_500_000;
/// Of each target, all its files together.
const MUTATIONS: usize = 3000;

/// Bytes that mean something to one parser or another.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b"'",
    b",",
    b";",
    b"[",
    b"]",
    b"{}",
    b"<gpu>",
    b"</gpu>",
    b"N/A",
    b"GPU is lost",
    b"-0",
    b"1e300",
    b"18446744073709551616",
    b"null",
    b"\x1b[31m",
    "\u{feff}".as_bytes(),
    "\u{202e}".as_bytes(),
    b"\xff",
    b"&#0;",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The files that are kept of a target, always in the same order.
fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder().join("corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Says what was read when a target failed.
struct Reading<'a>(&'a str, &'a str, &'a [u8]);

impl Reading<'_> {
    fn run(target: &str, file: &str, bytes: &[u8]) {
        let reading = Reading(target, file, bytes);
        run(reading.0, reading.2);
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let Self(target, file, bytes) = self;
            eprintln!("{target} fails at {file}: b\"{}\"", bytes.escape_ascii());
        }
    }
}

/// Changes a few things; `other` is what else there is to take parts of.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Rng) {
    for _ in 0..random.usize(1..5) {
        let at = random.usize(0..=bytes.len());
        let end = (at + random.usize(0..64)).min(bytes.len());
        match random.u8(0..7) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 => drop(bytes.splice(at..at, random.choice(PIECES).unwrap().iter().copied())),
            3 => bytes.extend_from_within(at..end),
            4 => {
                let from = random.usize(0..=other.len());
                let part = &other[from..(from + random.usize(0..256)).min(other.len())];
                bytes.splice(at..end, part.iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if random.bool() { random.u8(..) } else { *byte ^ (1 << random.u8(0..8)) };
                }
            }
        }
    }
    bytes.truncate(MOST_BYTES);
}

#[test]
fn what_is_kept_is_borne_and_so_is_what_is_like_it() {
    for (target, _) in TARGETS {
        let files = kept(target);
        assert!(files.len() >= 3, "{target} has {} files", files.len());
        for (name, bytes) in &files {
            Reading::run(target, name, bytes);
        }
        let mut random = Rng::with_seed(0x5eed);
        for _ in 0..MUTATIONS {
            let (name, bytes) = random.choice(&files).unwrap();
            let (_, other) = random.choice(&files).unwrap();
            let mut bytes = bytes.clone();
            mutate(&mut bytes, other, &mut random);
            Reading::run(target, &format!("a mutation of {name}"), &bytes);
        }
    }
}

#[test]
fn what_is_kept_is_small() {
    let mut all = 0;
    for (target, _) in TARGETS {
        for (name, bytes) in kept(target) {
            assert!(bytes.len() <= MOST_BYTES, "{target}/{name} has {} bytes", bytes.len());
            all += bytes.len();
        }
    }
    assert!(all <= MOST_BYTES_IN_ALL, "{all} bytes");
}

#[test]
fn every_target_has_a_fuzzer_and_nothing_else_has() {
    let names = |folder: PathBuf| {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    let targets: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(folder().join("fuzz_targets")), targets);
    assert_eq!(names(folder().join("corpus")), targets);
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    for target in targets {
        assert!(manifest.contains(&format!("name = \"{target}\"\n")), "{target} is not built");
    }
}
