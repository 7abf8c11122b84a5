//! Whether the telemetry can be trusted.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::Feed;
use crate::telemetry::{Attempt, GpuState, Provider, Timestamp};

/// The state in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Fresh samples of all GPUs.
    Ok,
    /// Fresh samples, but a GPU does not answer, or a lesser source stands in for an
    /// installed one.
    Degraded,
    /// No source has told about GPUs for three intervals.
    Stale,
}

/// What `/api/health` tells.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The state in one word.
    pub status: Status,
    /// Now.
    pub timestamp: Timestamp,
    /// Milliseconds between two samples.
    pub poll_interval_ms: u64,
    /// The source in use.
    pub provider: Option<Provider>,
    /// The GPUs are invented.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// The operator has set it: no other one is tried.
    pub forced: bool,
    /// Milliseconds since a source last told about GPUs.
    pub sample_age_ms: Option<u64>,
    /// GPUs that answer.
    pub gpus: usize,
    /// GPUs that do not. One that sleeps is neither.
    pub gpus_unavailable: usize,
    /// WebSocket clients.
    pub clients: usize,
    /// Version of the server.
    pub version: &'static str,
    /// Sources that were tried and gave nothing.
    pub sources: Vec<Attempt>,
}

/// What of it everybody may know: the contract's first fields.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Brief {
    status: Status,
    timestamp: Timestamp,
    poll_interval_ms: u64,
    provider: Option<Provider>,
}

impl Health {
    /// Without any detail.
    pub(super) const fn brief(&self) -> Brief {
        let Self { status, timestamp, poll_interval_ms, provider, .. } = *self;
        Brief { status, timestamp, poll_interval_ms, provider }
    }

    /// The state at `now`.
    #[must_use]
    pub fn of(feed: &Feed, now: Instant, wall: Timestamp) -> Self {
        let interval = Duration::from_millis(feed.info().poll_interval_ms);
        let age = feed.answered().map(|answered| now.saturating_duration_since(answered));
        let frame = feed.latest();
        let snapshot = frame.as_ref().map(|frame| &frame.snapshot);
        let gpus = snapshot.map_or(&[][..], |snapshot| &snapshot.gpus);
        let unavailable =
            gpus.iter().filter(|gpu| matches!(gpu.state, GpuState::Lost | GpuState::Unreadable)).count();
        let sources = snapshot.map(|snapshot| snapshot.sources.clone()).unwrap_or_default();
        let status = match age {
            Some(age) if age <= interval * 3 => {
                if unavailable > 0 || sources.iter().any(|source| !source.absent) {
                    Status::Degraded
                } else {
                    Status::Ok
                }
            }
            _ => Status::Stale,
        };
        Self {
            status,
            timestamp: wall,
            poll_interval_ms: feed.info().poll_interval_ms,
            provider: snapshot.and_then(|snapshot| snapshot.provider),
            simulated: snapshot.is_some_and(|snapshot| snapshot.simulated),
            forced: feed.info().forced,
            sample_age_ms: age.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
            gpus: gpus.iter().filter(|gpu| gpu.state == GpuState::Ok).count(),
            gpus_unavailable: unavailable,
            clients: feed.clients(),
            version: env!("CARGO_PKG_VERSION"),
            sources,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Gpu, Snapshot};

    fn health(gpus: Vec<Gpu>, provider: Option<Provider>, age: Duration) -> Health {
        let feed = Feed::new(Duration::from_secs(1), 5, false);
        let now = Instant::now();
        feed.publish(Snapshot { provider, gpus, ..Snapshot::default() }, now);
        Health::of(&feed, now + age, Timestamp::default())
    }

    #[test]
    fn is_stale_after_three_intervals_and_before_the_first_sample() {
        let seconds = Duration::from_secs_f32;
        let nvml = Some(Provider::Nvml);
        assert_eq!(health(vec![Gpu::default()], nvml, seconds(3.0)).status, Status::Ok);
        assert_eq!(health(vec![Gpu::default()], nvml, seconds(3.1)).status, Status::Stale);
        assert_eq!(health(vec![], None, seconds(0.0)).status, Status::Stale);
        let feed = Feed::new(Duration::from_secs(1), 5, false);
        assert_eq!(Health::of(&feed, Instant::now(), Timestamp::default()).status, Status::Stale);
    }

    #[test]
    fn is_degraded_while_a_gpu_is_lost() {
        let lost = Gpu { state: GpuState::Lost, ..Gpu::default() };
        let health = health(vec![Gpu::default(), lost], Some(Provider::Nvml), Duration::ZERO);
        assert_eq!(health.status, Status::Degraded);
        assert_eq!((health.gpus, health.gpus_unavailable), (1, 1));
    }
}
