//! The real server on a real socket, over a source that the test steers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod base_path;
mod contract;
mod demo;
mod frames;
mod life;
mod metrics;
mod page;
mod script;
mod stream;
