//! The nvidia-smi source with a real child: one that replays files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fake;
mod faults;
mod healthy;
mod one_bad;
