//! An instant from before the page was opened: what the history tells of it. Pure.

use crate::telemetry::{GpuState, History, Host, Metric, Reason, Snapshot, Timestamp};

/// What is known of the instant in this row: utilization and memory of the GPUs in
/// `newest`, and the host's. All else gets a reason; what things are stays.
pub(super) fn of(newest: Snapshot, history: &History, row: usize) -> Snapshot {
    let Some(time) = history.times.get(row) else { return newest };
    let mut snapshot = Snapshot { timestamp: Timestamp::from_millis(*time), ..newest };
    for gpu in &mut snapshot.gpus {
        let total = gpu.known().memory_total;
        let track = history.gpus.get(&gpu.key());
        gpu.clear(Reason::NotKept);
        // What state it was in is not known either.
        (gpu.state, gpu.state_detail, gpu.state_since) = (GpuState::Ok, None, None);
        let value = |values: Option<&Option<u32>>| values.copied().flatten().ok_or(Reason::NotKept);
        let utilization = value(track.and_then(|track| track.utilization.get(row)));
        let memory = value(track.and_then(|track| track.memory.get(row)));
        gpu.set(Metric::Utilization, |gpu| &mut gpu.utilization, utilization);
        gpu.set(Metric::MemoryUsed, |gpu| &mut gpu.memory_used, memory.map(f64::from));
        gpu.set(Metric::MemoryTotal, |gpu| &mut gpu.memory_total, total.ok_or(Reason::NotKept));
    }
    snapshot.system = snapshot.system.map(|host| Host {
        cpu_usage: history.host.cpu.get(row).copied().flatten().map(f64::from),
        memory_usage: history.host.memory.get(row).copied().flatten().map(f64::from),
        hostname: host.hostname,
        ..Host::default()
    });
    snapshot.events.retain(|event| event.time.millis() <= *time);
    snapshot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Event, EventKind, Gpu, Process};

    fn sample(millis: u64, utilization: u32) -> Snapshot {
        Snapshot {
            timestamp: Timestamp::from_millis(millis),
            gpus: vec![Gpu {
                name: Some("H200".into()),
                utilization: Some(utilization),
                memory_used: Some(100.0),
                memory_total: Some(1000.0),
                temperature: Some(60),
                processes: vec![Process::default()],
                ..Gpu::default()
            }],
            system: Some(Host {
                cpu_usage: Some(7.0),
                uptime: Some(9),
                hostname: Some("atlas".into()),
                ..Host::default()
            }),
            ..Snapshot::default()
        }
    }

    #[test]
    fn only_what_the_history_knows_is_told() {
        let mut history = History::default();
        history.push(&sample(1000, 11));
        history.push(&sample(2000, 22));
        let mut newest = sample(2000, 22);
        let event = |millis| Event {
            time: Timestamp::from_millis(millis),
            gpu: None,
            kind: EventKind::Lost,
            xid: None,
            text: String::new(),
        };
        newest.events = vec![event(500), event(1500)];
        newest.gpus[0].state = GpuState::Lost;
        let past = of(newest, &history, 0);
        let gpu = &past.gpus[0];
        assert_eq!(past.timestamp.millis(), 1000);
        assert_eq!(
            (gpu.utilization, gpu.memory_used, gpu.memory_total),
            (Some(11), Some(100.0), Some(1000.0))
        );
        assert_eq!((gpu.name.as_deref(), gpu.state), (Some("H200"), GpuState::Ok));
        assert_eq!((gpu.temperature, gpu.processes.len()), (None, 0));
        assert_eq!(gpu.unavailable[&Metric::Temperature], Reason::NotKept);
        assert_eq!(gpu.unavailable[&Metric::Processes], Reason::NotKept);
        let host = past.system.unwrap();
        assert_eq!((host.cpu_usage, host.uptime, host.hostname.as_deref()), (Some(7.0), None, Some("atlas")));
        assert_eq!(past.events.len(), 1);
    }

    #[test]
    fn a_hole_stays_a_hole() {
        let mut history = History::default();
        history.push(&Snapshot { gpus: vec![Gpu::default()], ..sample(1000, 0) });
        history.push(&sample(2000, 5));
        let past = of(sample(2000, 5), &history, 0);
        assert_eq!(past.gpus[0].utilization, None);
        assert_eq!(past.gpus[0].unavailable[&Metric::Utilization], Reason::NotKept);
    }
}
