//! What the server says of itself. This is there without a fresh sample, too.

use std::fmt;

use prometheus_client::registry::Unit;

use super::{
    Out, Scrape,
    units::{flag, number},
};
use crate::{server::Status, telemetry::Provider};

/// The telemetry sources, the best first.
const SOURCES: [Provider; 4] = [Provider::Nvml, Provider::NvidiaSmi, Provider::Nvtop, Provider::Demo];

/// Writes it.
pub(super) fn write(out: &mut Out, scrape: &Scrape) -> fmt::Result {
    let health = &scrape.health;
    let version = vec![("version", health.version)];
    out.gauge("gpu_observatory_build_info", "Version of the server; always 1.", None, [(version, 1.0)])?;
    if health.simulated {
        let help = "1 where all GPUs are invented: this is a demo.";
        out.gauge("gpu_observatory_simulated", help, None, [(Vec::new(), 1.0)])?;
    }
    let status = [(Status::Ok, "ok"), (Status::Degraded, "degraded"), (Status::Stale, "stale")]
        .map(|(status, name)| (vec![("status", name)], flag(health.status == status)));
    out.gauge("gpu_observatory_health", "1 for what /api/health says.", None, status)?;
    let sources = SOURCES.iter().filter_map(|source| {
        let failed = health.sources.iter().any(|attempt| attempt.provider == *source && !attempt.absent);
        let used = health.provider == Some(*source);
        (used || failed).then(|| (vec![("source", source.id())], flag(used)))
    });
    let help = "1 for the telemetry source in use, 0 for those that should work and do not.";
    out.gauge("gpu_observatory_source_up", help, None, sources)?;
    let age = scrape.age.map(|seconds| (Vec::new(), seconds));
    out.gauge(
        "gpu_observatory_sample_age",
        "Time since a source last told about GPUs.",
        Some(&Unit::Seconds),
        age,
    )?;
    let took = scrape.samples.took.map(|took| (Vec::new(), took.as_secs_f64()));
    out.gauge("gpu_observatory_sample_duration", "What the latest sample took.", Some(&Unit::Seconds), took)?;
    let clients = u32::try_from(health.clients).unwrap_or(u32::MAX);
    out.gauge(
        "gpu_observatory_clients",
        "Browsers and others on the socket.",
        None,
        [(Vec::new(), clients.into())],
    )?;
    for (name, help, count) in [
        ("samples", "Samples taken.", scrape.samples.taken),
        ("messages_sent", "Messages sent to clients.", scrape.samples.sent),
        ("messages_skipped", "Messages that clients were too slow to get.", scrape.samples.skipped),
        ("turned_away", "Connections and clients that there was no room for.", scrape.turned_away),
    ] {
        out.counter(&["gpu_observatory_", name].concat(), help, None, [(Vec::new(), number(count))])?;
    }
    Ok(())
}
