//! GPU Observatory: every GPU of a machine, live in the browser.
//!
//! One crate, compiled twice: feature `ssr` is the server, feature `hydrate` the
//! WebAssembly client. Data flows one way:
//!
//! ```text
//! collect -> telemetry -> server -> (socket) -> client -> ui::store -> ui
//! ```
//!
//! # Layout
//! - [`telemetry`]: the vocabulary that both halves share
//! - `collect` (server): reads GPUs, processes and host
//! - `server` (server): samples, publishes, serves
//! - [`ui`]: the page, drawn by both halves
//! - `client` (browser): the socket and the browser around it
//! - `config` (server): settings

pub mod telemetry;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod collect;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "hydrate")]
pub mod client;
