//! What is measured on the machine around the GPUs.

use std::fmt;

use prometheus_client::registry::Unit;

use super::{
    Out,
    units::{number, ratio},
};
use crate::telemetry::Host;

/// Writes what is known of `host`. The names are our own: those of the node exporter
/// stay free.
pub(super) fn write(out: &mut Out, host: &Host) -> fmt::Result {
    let bytes = || Some(Unit::Bytes);
    for (name, help, unit, value) in [
        ("cpu_usage", "Use of all processors.", Some(ratio()), host.cpu_usage.map(|percent| percent / 100.0)),
        (
            "memory_used",
            "Memory that is not available to new programs.",
            bytes(),
            host.memory_used.map(number),
        ),
        ("memory_total", "Memory in all.", bytes(), host.memory_total.map(number)),
        ("disk_used", "Used on the root file system.", bytes(), host.disk_used.map(number)),
        ("disk_total", "Size of the root file system.", bytes(), host.disk_total.map(number)),
        ("uptime", "Time since boot.", Some(Unit::Seconds), host.uptime.map(number)),
    ] {
        let name = ["gpu_observatory_host_", name].concat();
        out.gauge(&name, help, unit.as_ref(), value.map(|value| (Vec::new(), value)))?;
    }
    let load = host.load_average.into_iter().flat_map(|load| {
        ["1", "5", "15"].into_iter().zip(load).map(|(minutes, load)| (vec![("minutes", minutes)], load))
    });
    out.gauge("gpu_observatory_host_load_average", "Processes that run or wait to.", None, load)
}
