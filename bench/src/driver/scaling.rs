//! How the cost grows with what there is more of.

use std::{io, time::Duration};

use bench::{
    fake::Machine,
    statistics::{exponent, repeat},
};
use serde_json::{Value, json};

use crate::{arguments::Arguments, load::Load, server::Server};

/// Along one axis.
struct Axis {
    name: &'static str,
    what: &'static str,
    /// What the cost is told per; all else stays the same along the axis.
    unit: &'static str,
    points: &'static [u32],
    at: fn(u32) -> Setup,
}

/// One point: GPUs, processes, viewers, samples per second.
struct Setup {
    gpus: u32,
    processes: u32,
    viewers: u32,
    hertz: u32,
}

const USUAL: Setup = Setup { gpus: 8, processes: 32, viewers: 1, hertz: 10 };

/// The rate ends at 10, since the shortest interval is a tenth of a second.
const AXES: [Axis; 4] = [
    Axis {
        name: "gpus",
        what: "GPUs, four processes each",
        unit: "CPU µs per sample",
        points: &[1, 8, 64],
        at: |gpus| Setup { gpus, processes: 4 * gpus, ..USUAL },
    },
    Axis {
        name: "processes",
        what: "processes on 8 GPUs",
        unit: "CPU µs per sample",
        points: &[4, 64, 512],
        at: |processes| Setup { processes, ..USUAL },
    },
    Axis {
        name: "viewers",
        what: "viewers, a sample a second",
        unit: "CPU µs per sample",
        points: &[1, 100, 1000, 10_000],
        at: |viewers| Setup { viewers, hertz: 1, ..USUAL },
    },
    Axis {
        name: "rate",
        what: "samples per second",
        unit: "CPU µs per second",
        points: &[1, 2, 5, 10],
        at: |hertz| Setup { hertz, ..USUAL },
    },
];

/// The server's CPU time along each axis, and its exponent.
pub(crate) fn measure(arguments: &Arguments) -> io::Result<Value> {
    let mut all = Vec::new();
    for axis in &AXES {
        eprintln!("  {}", axis.what);
        let mut points = Vec::new();
        let mut medians = Vec::new();
        for &x in axis.points {
            eprintln!("   {x}");
            let cost = point(arguments, &(axis.at)(x), axis.name == "rate")?;
            medians.push((f64::from(x), cost["cpuMicros"]["median"].as_f64().unwrap_or_default()));
            points.push(json!({"x": x, "cost": cost}));
        }
        let last = medians.get(medians.len().saturating_sub(2)..).unwrap_or_default();
        all.push(json!({
            "name": axis.name, "what": axis.what, "unit": axis.unit, "points": points,
            "exponent": exponent(&medians), "lastExponent": exponent(last),
        }));
    }
    Ok(Value::Array(all))
}

/// Microseconds of CPU time per sample, or per second.
fn point(arguments: &Arguments, setup: &Setup, per_second: bool) -> io::Result<Value> {
    let Setup { gpus, processes, viewers, hertz } = *setup;
    let size = |count: u32| usize::try_from(count).map_err(io::Error::other);
    let machine = Machine::new(&arguments.library, size(gpus)?, size(processes)?)?;
    let load = Load::browsers(size(viewers)?, arguments.seconds / 2.0);
    repeat(arguments.runs, || {
        let server = Server::start(arguments, &machine, Duration::from_secs(1) / hertz)?;
        let told = load.run(arguments, &server, |_| {})?;
        let number = |pointer: &str| told.pointer(pointer).and_then(Value::as_f64).unwrap_or_default();
        let cpu = number("/serverCpuSeconds") * 1e6 / number("/seconds").max(1e-9);
        let messages = number("/messages").max(1.0);
        Ok([
            ("cpuMicros", if per_second { cpu } else { cpu / f64::from(hertz) }),
            ("cpuMicrosPerMessage", number("/serverCpuSeconds") * 1e6 / messages),
            ("rateHz", number("/ratePerViewerHz/mean")),
            ("bytesPerMessage", number("/bytesPerMessage")),
            ("latencyP99Ms", number("/latencyMicros/p99") / 1e3),
        ]
        .into())
    })
}
