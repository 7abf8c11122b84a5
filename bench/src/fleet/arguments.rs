//! What is to be simulated.

use std::{path::PathBuf, time::Duration};

use clap::Parser;

/// Has a Prometheus scrape nodes that are not there.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// How many nodes of eight GPUs
    #[arg(long, env = "FLEET_NODES", default_value_t = 500)]
    pub(crate) nodes: usize,
    /// How long to measure, in seconds
    #[arg(long, env = "FLEET_SECONDS", default_value_t = 300)]
    pub(crate) seconds: u64,
    /// Seconds between two scrapes of a node
    #[arg(long, env = "FLEET_INTERVAL", default_value_t = 15)]
    pub(crate) interval: u64,
    /// The server, whose demo all nodes are variations of
    #[arg(long, default_value = "target/release/gpu-observatory")]
    pub(crate) server: PathBuf,
}

impl Arguments {
    pub(crate) const fn interval(&self) -> Duration {
        Duration::from_secs(self.interval)
    }
}
