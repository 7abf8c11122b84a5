//! The nvidia-smi source with a real child: one that replays files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fake;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;
mod faults;
mod healthy;
mod instead;
mod one_bad;
