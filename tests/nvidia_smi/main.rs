//! The nvidia-smi source with a real child: one that replays files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/built.rs"]
mod built;
mod fake;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;
#[path = "../support/fake_program.rs"]
mod fake_program;
mod faults;
mod healthy;
mod instead;
mod one_bad;
