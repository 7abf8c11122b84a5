//! The nvtop source over a program that plays a scenario.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../support/built.rs"]
mod built;
#[path = "../support/fake_program.rs"]
mod fake_program;

mod faults;
mod looping;
mod rig;
mod server;
mod snapshots;
