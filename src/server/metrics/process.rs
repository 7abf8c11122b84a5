//! What processes use, where the operator asked for it: each process that ever ran is a
//! series of its own.

use std::fmt;

use prometheus_client::registry::Unit;

use super::{
    Out,
    gpu::Named,
    units::{mebibytes, percent, ratio},
};
use crate::telemetry::{Gpu, Process};

/// Writes memory and share of the multiprocessors of each process. No command lines:
/// they may hold secrets, and would make ever new series.
pub(super) fn write(out: &mut Out, gpus: &[Gpu]) -> fmt::Result {
    type Read = fn(&Process) -> Option<f64>;
    let named = Named::all(gpus);
    let pids: Vec<Vec<String>> = gpus
        .iter()
        .map(|gpu| gpu.processes.iter().map(|process| process.pid.to_string()).collect())
        .collect();
    let all: [(&str, &str, Unit, Read); 2] = [
        ("gpu_process_memory", "GPU memory of a process.", Unit::Bytes, |process| {
            mebibytes(process.used_memory)
        }),
        (
            "gpu_process_sm_utilization",
            "Share of the multiprocessors that a process uses.",
            ratio(),
            |process| percent(process.sm_utilization),
        ),
    ];
    for (name, help, unit, read) in &all {
        let series = named.iter().zip(&pids).flat_map(|(one, pids)| {
            one.gpu.processes.iter().zip(pids).filter_map(move |(process, pid)| {
                let more = [
                    ("pid", pid.as_str()),
                    ("user", process.user.as_deref().unwrap_or_default()),
                    ("process", process.name.as_deref().unwrap_or_default()),
                ];
                Some((one.with(more), read(process)?))
            })
        });
        out.gauge(name, help, Some(unit), series)?;
    }
    Ok(())
}
