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
//! - `fuzz` (tests): every parser of foreign text, by itself

// Views are deeply nested types.
#![recursion_limit = "256"]

pub mod telemetry;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod collect;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(any(feature = "hydrate", test))]
pub mod client;

#[cfg(any(feature = "fuzz", all(test, feature = "ssr")))]
pub mod fuzz;

/// Takes over the page that the server drew.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(|| leptos::view! { <ui::App start=client::start/> });
}
