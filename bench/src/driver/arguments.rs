//! What is asked for.

use std::{env, path::PathBuf, str::FromStr};

use clap::Parser;

/// Measures the server. Everything stays on this machine's loopback.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// What to measure; all, if nothing is named.
    pub(crate) only: Vec<String>,
    /// The program.
    #[arg(long, default_value = "target/dist/gpu-observatory")]
    pub(crate) server: PathBuf,
    /// The driver's library without a GPU.
    #[arg(long, default_value = "target/release/libfake_nvml.so")]
    pub(crate) library: PathBuf,
    /// The load generator.
    #[arg(long, default_value = "target/release/load")]
    pub(crate) load: PathBuf,
    /// Seconds of one run (`BENCH_SECONDS`).
    #[arg(long, default_value_t = from_environment("BENCH_SECONDS", 30.0))]
    pub(crate) seconds: f64,
    /// Runs of each measurement (`BENCH_RUNS`).
    #[arg(long, default_value_t = from_environment("BENCH_RUNS", 3))]
    pub(crate) runs: usize,
    /// What our page asks for in Sec-WebSocket-Protocol (`BENCH_SUBPROTOCOL`).
    #[arg(long, default_value_t = from_environment("BENCH_SUBPROTOCOL", String::new()))]
    pub(crate) subprotocol: String,
    /// Where the figures are kept; what is not measured now stays.
    #[arg(long, default_value = "target/bench/server.json")]
    pub(crate) out: PathBuf,
    /// What counts the calls of the driver.
    #[arg(long, default_value = "target/release/calls")]
    pub(crate) calls: PathBuf,
}

fn from_environment<T: FromStr>(name: &str, otherwise: T) -> T {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
