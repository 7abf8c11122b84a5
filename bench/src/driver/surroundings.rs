//! What the figures were measured on.

use std::{fs, time::SystemTime};

use serde_json::{Value, json};

/// The machine, its load from others, and the time.
pub(crate) fn told() -> Value {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    json!({
        "time": humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        "cpu": model.map(|(_, name)| name),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        // Above 0 before anything is measured, others use the machine as well.
        "loadAverage": read("/proc/loadavg").split(' ').next().and_then(|load| load.parse::<f64>().ok()),
    })
}
