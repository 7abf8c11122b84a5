//! The figures as the table of docs/performance.md.

use std::fmt::Write;

use bench::statistics::brief;
use serde_json::Value;

use crate::results::Results;

/// A row: what, the original's, the goal, and where in the figures to look.
type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

/// The figures of a row are `(measurement, pointer, unit)`.
const ROWS: [Row; 13] = [
    (
        "server CPU, 1 Hz, no viewer",
        "0.29 s/min",
        "<= 0.05 s/min",
        &[("idle-1hz", "/cpuSecondsPerMinute", "s/min")],
    ),
    (
        "server CPU, 10 Hz, no viewer",
        "0.98 s/min",
        "<= 0.40 s/min",
        &[("idle-10hz", "/cpuSecondsPerMinute", "s/min")],
    ),
    (
        "resident memory, no viewer / 1000 viewers",
        "50 / 86 MiB (298 with browsers)",
        "<= 10 / 25 MiB",
        &[
            ("idle-1hz", "/rssMiB", ""),
            ("viewers", "/rssMiB", ""),
            ("browsers", "/rssMiB", "MiB with browsers"),
        ],
    ),
    (
        "start to first `/api/health` / first sample",
        "560 ms",
        "<= 10 ms (NVML init apart)",
        &[("start", "/firstAnswerMs", ""), ("start", "/firstSampleMs", "ms")],
    ),
    (
        "1000 viewers at 10 Hz: rate reached, plain / browsers",
        "7.5 Hz (3.3 with browsers)",
        "10.0 Hz",
        &[("viewers", "/rateHz", ""), ("browsers", "/rateHz", "Hz")],
    ),
    (
        "... CPU per delivered message, plain / browsers",
        "28 µs (202 with browsers)",
        "<= 6 µs",
        &[("viewers", "/cpuMicrosPerMessage", ""), ("browsers", "/cpuMicrosPerMessage", "µs")],
    ),
    (
        "... latency p50 / p99, plain",
        "18 / 43 ms",
        "<= 4 / 15 ms",
        &[("viewers", "/latencyP50Ms", ""), ("viewers", "/latencyP99Ms", "ms")],
    ),
    (
        "... latency p50 / p99, browsers",
        "102 / 235 ms",
        "<= 4 / 15 ms",
        &[("browsers", "/latencyP50Ms", ""), ("browsers", "/latencyP99Ms", "ms")],
    ),
    (
        "bytes per message, plain / browsers",
        "5.0 kB / 0.35 to 0.40 kB",
        "<= 400 B for our page",
        &[("wire", "/plain/bytesPerMessage", ""), ("wire", "/browsers/bytesPerMessage", "B")],
    ),
    (
        "first message after connecting, p50 / p99",
        "0.5 to 1.0 s",
        "<= 20 ms",
        &[("first", "/p50Ms", ""), ("first", "/p99Ms", "ms")],
    ),
    (
        "10,000 viewers at 1 Hz: rate / latency p99",
        "not tried",
        "served, p99 <= 150 ms",
        &[("crowd", "/rateHz", "Hz"), ("crowd", "/latencyP99Ms", "ms")],
    ),
    (
        "one viewer stops reading, one is slow: longest gap of 100 others, without / with them; dropped after",
        "after 40 s nobody gets anything for 10 s",
        "within noise; dropped after its time-out",
        &[
            ("trouble", "/without/longestGapMs", ""),
            ("trouble", "/with/longestGapMs", "ms"),
            ("trouble", "/with/firstDroppedAfterSeconds", ""),
            ("trouble", "/with/secondDroppedAfterSeconds", "s"),
        ],
    ),
    (
        "NVML calls per sample at 1 Hz, mean / least",
        "121",
        "only what changes",
        &[("calls", "/hz1/mean", ""), ("calls", "/hz1/least", "")],
    ),
];

/// The table, and below it the exponents and what it was measured on.
pub(crate) fn of(results: &Results) -> String {
    let mut text = String::from(
        "| measured | original | goal here | measured here: median (least to most) |\n|---|---|---|---|\n",
    );
    for (what, original, goal, figures) in ROWS {
        let cells: Vec<_> = figures.iter().filter_map(|figure| cell(results, figure)).collect();
        let measured = if cells.is_empty() { "not measured".to_owned() } else { cells.join(" / ") };
        let _ = writeln!(text, "| {what} | {original} | {goal} | {measured} |");
    }
    text.push('\n');
    for axis in results.of("scaling").and_then(Value::as_array).into_iter().flatten() {
        let exponent = |name: &str| axis[name].as_f64().unwrap_or_default();
        let what = axis["what"].as_str().unwrap_or_default();
        let _ = writeln!(
            text,
            "- cost against {what}: exponent {:.2}, {:.2} between the last two",
            exponent("exponent"),
            exponent("lastExponent")
        );
    }
    for name in results.names() {
        let on = results.on(name).cloned().unwrap_or_default();
        let _ = writeln!(
            text,
            "- {name}: {}, {} x {}, Linux {}, load {} before",
            on["time"].as_str().unwrap_or("?"),
            on["cores"],
            on["cpu"].as_str().unwrap_or("?"),
            on["kernel"].as_str().unwrap_or("?"),
            on["loadAverage"]
        );
    }
    text
}

/// A figure with its spread, or alone where it has none.
fn cell(results: &Results, (measurement, pointer, unit): &(&str, &str, &str)) -> Option<String> {
    let figure = results.of(measurement)?.pointer(pointer)?;
    let text = match (figure.as_f64(), figure["median"].as_f64()) {
        (Some(alone), _) => brief(alone),
        (None, Some(median)) => {
            let end = |name: &str| brief(figure[name].as_f64().unwrap_or_default());
            format!("{} ({} to {})", brief(median), end("min"), end("max"))
        }
        (None, None) => return None,
    };
    Some(if unit.is_empty() { text } else { format!("{text} {unit}") })
}
