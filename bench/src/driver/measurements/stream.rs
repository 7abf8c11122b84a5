//! The server and those who look.

use std::{io, time::Duration};

use bench::{
    fake::Machine,
    statistics::{Run, repeat},
};
use serde_json::{Value, json};

use super::SLOW;
use crate::{arguments::Arguments, load::Load, server::Server, watch::Watch};

/// Memory is looked at this often.
const LOOK: Duration = Duration::from_millis(500);

/// Bytes per message, plain and as our page gets them.
pub(super) fn wire(arguments: &Arguments) -> io::Result<Value> {
    let machine = Machine::usual(&arguments.library)?;
    let mut all = json!({});
    for (name, load) in
        [("plain", Load::plain(10, arguments.seconds)), ("browsers", Load::browsers(10, arguments.seconds))]
    {
        eprintln!("  {name}");
        all[name] = repeat(arguments.runs, || {
            let server = Server::start(arguments, &machine, SLOW)?;
            let told = load.run(arguments, &server, |_| {})?;
            Ok([
                ("bytesPerMessage", number(&told, "/bytesPerMessage")),
                ("firstMessageBytes", number(&told, "/firstMessageBytes")),
            ]
            .into())
        })?;
    }
    Ok(all)
}

/// Milliseconds from connecting to the first message; four connect at a time.
pub(super) fn first(arguments: &Arguments) -> io::Result<Value> {
    let machine = Machine::usual(&arguments.library)?;
    repeat(arguments.runs, || {
        let server = Server::start(arguments, &machine, SLOW)?;
        let load = Load { outstanding: 4, ..Load::browsers(1000, 1.0) };
        let told = load.run(arguments, &server, |_| {})?;
        let millis = |which: &str| number(&told, &format!("/firstMessageMicros/{which}")) / 1e3;
        Ok([("p50Ms", millis("p50")), ("p99Ms", millis("p99")), ("maxMs", millis("max"))].into())
    })
}

/// What many viewers get, and what they cost.
pub(super) fn viewers(
    arguments: &Arguments,
    browsers: bool,
    viewers: usize,
    interval: Duration,
) -> io::Result<Value> {
    let machine = Machine::usual(&arguments.library)?;
    let plain = Load::plain(viewers, arguments.seconds);
    let load = Load { browsers, ..plain };
    repeat(arguments.runs, || {
        let server = Server::start(arguments, &machine, interval)?;
        let mut watch = Watch::new(&server.meter);
        let mut looked = Duration::ZERO;
        let told = load.run(arguments, &server, |now| {
            if now > looked + LOOK {
                looked = now;
                watch.look();
            }
        })?;
        let mut figures = watch.figures();
        figures.extend(delivered(&told));
        Ok(figures)
    })
}

/// What the load generator says of the stream.
fn delivered(told: &Value) -> Run {
    let messages = number(told, "/messages").max(1.0);
    let millis = |pointer: &str| number(told, pointer) / 1e3;
    [
        ("connected", number(told, "/viewers/connected")),
        ("atEnd", number(told, "/viewers/atEnd")),
        ("deflate", number(told, "/viewers/deflate")),
        ("rateHz", number(told, "/ratePerViewerHz/mean")),
        ("slowestViewerHz", number(told, "/ratePerViewerHz/min")),
        ("bytesPerMessage", number(told, "/bytesPerMessage")),
        ("cpuMicrosPerMessage", number(told, "/serverCpuSeconds") * 1e6 / messages),
        ("cpuShare", number(told, "/serverCpuSeconds") / number(told, "/seconds").max(1e-9)),
        ("generatorMicrosPerMessage", number(told, "/generatorCpuSeconds") * 1e6 / messages),
        ("latencyP50Ms", millis("/latencyMicros/p50")),
        ("latencyP90Ms", millis("/latencyMicros/p90")),
        ("latencyP99Ms", millis("/latencyMicros/p99")),
        ("latencyMaxMs", millis("/latencyMicros/max")),
        ("withoutTime", number(told, "/withoutTime")),
        ("longestGapMs", millis("/longestGapMicros")),
        ("firstMessageP99Ms", millis("/firstMessageMicros/p99")),
    ]
    .into()
}

/// A number in what the generator told; 0 where it is not there.
pub(super) fn number(told: &Value, pointer: &str) -> f64 {
    told.pointer(pointer).and_then(Value::as_f64).unwrap_or_default()
}
