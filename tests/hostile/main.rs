//! What somebody may send who means harm, or knows no better: each with the exact refusal, and
//! the server unharmed after it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod crowd;
mod markup;
mod names;
mod privacy;
mod requests;
#[path = "../server/script.rs"]
#[allow(dead_code, reason = "what is needed of it here")]
mod script;
mod sockets;
mod table;
mod wire;
