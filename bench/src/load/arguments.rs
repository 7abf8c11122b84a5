//! What is asked for.

use std::net::{SocketAddr, ToSocketAddrs};

use clap::{Parser, ValueEnum};

/// Many viewers of `/ws/gpu`, and what they got, as one JSON object.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// Where the server is: ws://127.0.0.1:PORT/ws/gpu
    #[arg(long, value_parser = target)]
    pub(crate) url: Target,
    /// Viewers that read all they get.
    #[arg(long, default_value_t = 1)]
    pub(crate) viewers: usize,
    /// How long to count, once all are connected.
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
    /// How long connecting may take.
    #[arg(long, default_value_t = 60)]
    pub(crate) connect_seconds: u64,
    /// Milliseconds between the last connection and the beginning of the count.
    #[arg(long, default_value_t = 500)]
    pub(crate) settle_ms: u64,
    /// How many connect at the same time.
    #[arg(long, default_value_t = 200)]
    pub(crate) outstanding: usize,
    /// What the viewers offer.
    #[arg(long, value_enum, default_value_t = Wire::Json)]
    pub(crate) wire: Wire,
    /// Sec-WebSocket-Protocol of all viewers.
    #[arg(long)]
    pub(crate) subprotocol: Option<String>,
    /// Viewers that read each message in full where it is compressed; the others know it by its bytes.
    #[arg(long, default_value_t = 10)]
    pub(crate) probes: usize,
    /// Viewers that read nothing.
    #[arg(long, default_value_t = 0)]
    pub(crate) stalled: usize,
    /// Viewers that read 64 bytes five times a second.
    #[arg(long, default_value_t = 0)]
    pub(crate) slow: usize,
    /// Viewers that come and go, per second.
    #[arg(long, default_value_t = 0)]
    pub(crate) churn: u32,
    /// The server's process, whose CPU time during the count is told as well.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    /// What the kernel keeps for a stalled or slow viewer, in bytes.
    #[arg(long, default_value_t = 4096)]
    pub(crate) receive_buffer: u32,
}

/// What a viewer offers the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wire {
    /// Nothing, as a script.
    Json,
    /// permessage-deflate, as every browser.
    Deflate,
}

/// A server.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    pub(crate) path: String,
}

fn target(url: &str) -> Result<Target, String> {
    let rest = url.strip_prefix("ws://").ok_or("it begins with ws://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, "ws/gpu"));
    let address = host.to_socket_addrs().map_err(|error| error.to_string())?.next();
    Ok(Target { address: address.ok_or("no such address")?, host: host.to_owned(), path: format!("/{path}") })
}
