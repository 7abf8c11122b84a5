//! The server that nobody looks at.

use std::{io, process::Command, thread, time::Duration};

use bench::{fake::Machine, meter::spent, statistics::repeat};
use serde_json::Value;

use super::{SETTLE, SLOW};
use crate::{arguments::Arguments, server::Server, watch::Watch};

/// A start is short; one run of it is this many.
const STARTS: usize = 10;

/// Milliseconds from starting the program to its first answer, and to its first sample.
pub(super) fn start(arguments: &Arguments) -> io::Result<Value> {
    let machine = Machine::usual(&arguments.library)?;
    repeat(arguments.runs, || {
        let mut answered = Vec::new();
        let mut ready = Vec::new();
        for _ in 0..STARTS {
            let server = Server::start(arguments, &machine, SLOW)?;
            answered.push(server.answered);
            ready.push(server.ready);
        }
        Ok([("firstAnswerMs", middle(answered)), ("firstSampleMs", middle(ready))].into())
    })
}

fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// CPU time, memory, threads and descriptors.
pub(super) fn idle(arguments: &Arguments, interval: Duration) -> io::Result<Value> {
    let machine = Machine::usual(&arguments.library)?;
    let time = Duration::from_secs_f64(arguments.seconds);
    repeat(arguments.runs, || {
        let server = Server::start(arguments, &machine, interval)?;
        thread::sleep(SETTLE);
        let before = server.meter.cpu()?;
        thread::sleep(time);
        let nanos = Duration::from_nanos(spent(&before, &server.meter.cpu()?));
        let mut watch = Watch::new(&server.meter);
        watch.look();
        let mut figures = watch.figures();
        let share = nanos.as_secs_f64() / time.as_secs_f64();
        figures.insert("cpuSecondsPerMinute", share * 60.0);
        figures.insert("cpuMicrosPerSample", share * interval.as_secs_f64() * 1e6);
        Ok(figures)
    })
}

/// What the program that reads NVML, and nothing else, counts.
pub(super) fn calls(arguments: &Arguments) -> io::Result<Value> {
    let failed = |why: String| io::Error::other(format!("{}: {why}", arguments.calls.display()));
    let output = Command::new(&arguments.calls)
        .arg(&arguments.library)
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let figures: Value = serde_json::from_slice(&output.stdout)?;
    eprintln!("    {figures}");
    Ok(figures)
}
