//! The real server on a real socket, over a source that the test steers.
#![allow(clippy::unwrap_used, clippy::panic)]

mod contract;
mod demo;
mod life;
mod script;
mod stream;
