//! Measures the real server over a driver library without a GPU, and prints the table of
//! docs/performance.md. It measures and judges nothing: no test depends on it.

mod arguments;
mod http;
mod load;
mod measurements;
mod results;
mod scaling;
mod server;
mod surroundings;
mod table;
mod watch;

use std::{io, process::ExitCode};

use bench::limits;
use clap::Parser;

use arguments::Arguments;
use results::Results;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    // The server inherits it: ten thousand viewers are as many descriptors.
    limits::raise_descriptors()?;
    let mut results = Results::read(&arguments.out);
    let mut failed = Vec::new();
    for measurement in measurements::chosen(&arguments.only)? {
        eprintln!("==> {}: {}", measurement.name, measurement.what);
        let before = surroundings::told();
        match (measurement.measure)(arguments) {
            Ok(figures) => results.put(measurement.name, &before, &figures)?,
            // The others took time.
            Err(error) => {
                eprintln!("    {error}");
                failed.push(measurement.name);
            }
        }
    }
    print!("{}", table::of(&results));
    if failed.is_empty() { Ok(()) } else { Err(io::Error::other(format!("failed: {}", failed.join(", ")))) }
}
