//! What a Prometheus costs that scrapes many nodes: a real one, over nodes that are simulated by
//! this process. Prints what docs/scaling.md has.

mod arguments;
mod nodes;
mod prometheus;
mod report;

use std::{io, process::ExitCode, thread, time::Duration};

use clap::Parser;

use arguments::Arguments;
use nodes::Nodes;
use prometheus::Prometheus;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fleet: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    bench::limits::raise_descriptors()?;
    let nodes = Nodes::serve(&arguments.server, arguments.interval())?;
    let prometheus = Prometheus::start(arguments, nodes.address())?;
    eprintln!("==> Prometheus scrapes {} nodes every {} s", arguments.nodes, arguments.interval);
    // Twice each node, until there is something to compare with.
    thread::sleep(arguments.interval() * 2 + Duration::from_secs(5));
    let before = prometheus.cost()?;
    thread::sleep(Duration::from_secs(arguments.seconds));
    let after = prometheus.cost()?;
    report::print(arguments, &nodes, &prometheus, &before, &after)
}
