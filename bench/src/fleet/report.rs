//! The figures.

use std::io;

use crate::{
    arguments::Arguments,
    nodes::Nodes,
    prometheus::{Cost, Prometheus},
};

/// What a page of the whole fleet would ask for at once.
const FLEET: &str = r#"{__name__=~"gpu_utilization_ratio|gpu_memory_used_bytes|gpu_memory_total_bytes|gpu_temperature_celsius|gpu_power_usage_watts|gpu_state"}"#;

/// Prints them.
///
/// # Errors
/// When Prometheus does not answer.
pub(crate) fn print(
    arguments: &Arguments,
    nodes: &Nodes,
    prometheus: &Prometheus,
    before: &Cost,
    after: &Cost,
) -> io::Result<()> {
    let text = nodes.sample().unwrap_or_default();
    let series = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
    let (cpu, seconds) = after.since(before);
    let samples = after.samples - before.samples;
    let value = |query: &str| prometheus.query(query).map(|(value, ..)| value);
    let up = value("sum(up)")?;
    let slowest = value("max(scrape_duration_seconds)")?;
    let head = value("prometheus_tsdb_head_series").unwrap_or_default();
    let mut fleet = Vec::new();
    for _ in 0..5 {
        fleet.push(prometheus.query(FLEET)?);
    }
    fleet.sort_by_key(|(_, took, _)| *took);
    let (_, took, bytes) = fleet[fleet.len() / 2];
    let sums = prometheus.query("sum(gpu_power_usage_watts)")?.1;
    let all = prometheus.cost()?.samples;
    let written = prometheus.written()?;
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    println!("| measured over {seconds:.0} s | |\n|---|---|");
    println!("| nodes that answer, of {} with 8 GPUs | {up:.0} |", arguments.nodes);
    println!("| a node's answer | {} bytes, {series} series |", text.len());
    println!("| series in all | {} |", if head > 0.0 { head } else { up * series_of(series) });
    println!("| samples per second | {:.0} |", samples / seconds);
    println!("| processor of Prometheus | {:.1} % of a core |", 100.0 * cpu / seconds);
    println!("| memory of Prometheus | {:.0} MiB |", mib(after.memory * 1024));
    println!("| slowest scrape | {:.0} ms |", 1000.0 * slowest);
    println!(
        "| on disk, of {:.1} million samples | {:.1} MiB, {:.2} bytes each |",
        all / 1e6,
        mib(written),
        mib(written) * 1_048_576.0 / all
    );
    println!(
        "| all GPUs at once (six figures each): time, answer | {:.0} ms, {:.2} MiB |",
        took.as_secs_f64() * 1000.0,
        mib(bytes as u64)
    );
    println!("| one sum over all GPUs | {:.1} ms |", sums.as_secs_f64() * 1000.0);
    Ok(())
}

fn series_of(series: usize) -> f64 {
    // What Prometheus adds to each scrape by itself.
    u32::try_from(series + 5).map_or(f64::MAX, f64::from)
}
