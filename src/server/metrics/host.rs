//! What is measured on the machine around the GPUs.

use std::fmt;

use prometheus_client::registry::Unit;

use super::{Out, gpu::ratio};
use crate::telemetry::Host;

#[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 bytes, or is up for as many seconds")]
fn number(value: Option<u64>) -> Option<f64> {
    value.map(|value| value as f64)
}

/// Writes what is known of `host`. The names are our own: those of the node exporter
/// stay free.
pub(super) fn write(out: &mut Out, host: &Host) -> fmt::Result {
    let bytes = || Some(Unit::Bytes);
    for (name, help, unit, value) in [
        ("cpu_usage", "Use of all processors.", Some(ratio()), host.cpu_usage.map(|percent| percent / 100.0)),
        ("memory_used", "Memory that is not available to new programs.", bytes(), number(host.memory_used)),
        ("memory_total", "Memory in all.", bytes(), number(host.memory_total)),
        ("disk_used", "Used on the root file system.", bytes(), number(host.disk_used)),
        ("disk_total", "Size of the root file system.", bytes(), number(host.disk_total)),
        ("uptime", "Time since boot.", Some(Unit::Seconds), number(host.uptime)),
    ] {
        let name = ["gpu_observatory_host_", name].concat();
        out.gauge(&name, help, unit.as_ref(), value.map(|value| (Vec::new(), value)))?;
    }
    let load = host.load_average.into_iter().flat_map(|load| {
        ["1", "5", "15"].into_iter().zip(load).map(|(minutes, load)| (vec![("minutes", minutes)], load))
    });
    out.gauge("gpu_observatory_host_load_average", "Processes that run or wait to.", None, load)
}
