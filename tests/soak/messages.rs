//! What every message has to be.

use gpu_observatory::telemetry::{Gpu, GpuState, Metric, Snapshot, Timestamp};

/// What was read on one connection.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    pub(crate) count: usize,
    pub(crate) latest: Timestamp,
    since: Timestamp,
    /// So often samples began anew after the first message.
    pub(crate) gaps: usize,
}

impl Messages {
    /// Holds that this is a message, and one that may follow those before it.
    pub(crate) fn take(&mut self, text: &str) {
        let snapshot: Snapshot = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(Snapshot::read(text).as_ref(), Some(&snapshot), "the client reads something else: {text}");
        let Snapshot { timestamp, continuous_since, .. } = snapshot;
        assert!(timestamp >= self.latest, "{} was before: {text}", self.latest);
        assert!(
            continuous_since <= timestamp && continuous_since >= self.since,
            "{} was before: {text}",
            self.since
        );
        assert_eq!(self.count == 0, snapshot.history.is_some(), "{text}");
        assert_eq!(self.count == 0, snapshot.server.is_some(), "{text}");
        assert!(snapshot.gpus.len() <= 2 && !snapshot.simulated, "{text}");
        snapshot.gpus.iter().for_each(|gpu| sound(gpu, text));
        self.gaps += usize::from(self.count > 0 && continuous_since > self.since);
        self.count += 1;
        (self.latest, self.since) = (timestamp, continuous_since);
    }
}

fn sound(gpu: &Gpu, text: &str) {
    assert_eq!(gpu.state == GpuState::Ok, gpu.state_detail.is_none(), "{text}");
    for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
        assert_ne!(gpu.has(*metric), gpu.unavailable.contains_key(metric), "{metric:?} in {text}");
    }
    assert!(gpu.utilization.is_none_or(|share| share <= 100), "{text}");
    assert!(gpu.temperature.is_none_or(|degrees| degrees <= 120), "{text}");
    assert!(gpu.power_usage.is_none_or(|watts| (0.0..2000.0).contains(&watts)), "{text}");
    let parts = [gpu.memory_used, gpu.memory_free, gpu.memory_reserved];
    let total = gpu.memory_total.unwrap_or(f64::MAX);
    assert!(parts.iter().flatten().all(|part| (0.0..=total).contains(part)), "{text}");
    assert!(gpu.processes.iter().all(|process| process.pid > 0), "{text}");
}
