//! Many viewers of `/ws/gpu` from one thread, so light that the server is what is measured.
//!
//! Prints one JSON object about what they got. All times are in microseconds.

mod arguments;
mod background;
mod frames;
mod handshake;
mod inflate;
mod report;
mod shared;
mod stamps;
mod tally;
#[cfg(test)]
mod tests;
mod viewer;

use std::{io, process::ExitCode, rc::Rc, time::Duration};

use bench::limits;
use clap::Parser;
use tokio::{
    runtime,
    task::LocalSet,
    time::{Instant, sleep, sleep_until},
};

use arguments::Arguments;
use shared::Shared;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(arguments) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: Arguments) -> io::Result<serde_json::Value> {
    limits::raise_descriptors()?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let shared = Rc::new(Shared::new(arguments)?);
    LocalSet::new().block_on(&runtime, run(&shared));
    Ok(report::of(&shared))
}

/// Connects everybody, then counts for the time asked for. What is still open at the end
/// is left to the end of the process.
async fn run(shared: &Rc<Shared>) {
    let given_up = Instant::now() + Duration::from_secs(shared.arguments.connect_seconds);
    background::start(shared);
    for number in 0..shared.arguments.viewers {
        tokio::task::spawn_local(viewer::view(Rc::clone(shared), number));
    }
    while !shared.tally.borrow().has_all(shared.arguments.viewers) && Instant::now() < given_up {
        sleep(Duration::from_millis(10)).await;
    }
    // What came while they connected is let go by.
    sleep(Duration::from_millis(shared.arguments.settle_ms)).await;
    shared.begin();
    sleep_until(Instant::now() + Duration::from_secs_f64(shared.arguments.seconds)).await;
    shared.end();
}
