//! Since when GPUs have been doing nothing.

use std::collections::BTreeMap;

use crate::telemetry::{Gpu, Timestamp};

/// Remembers when each GPU was first seen idle.
#[derive(Debug, Default)]
pub(super) struct Idle(BTreeMap<String, Timestamp>);

impl Idle {
    /// Notes what the GPUs do, at this time. One whose utilization is unknown may do
    /// anything: it counts as not idle. What a source says itself stays.
    pub(super) fn note(&mut self, gpus: &mut [Gpu], now: Timestamp) {
        let idle = |gpu: &Gpu| gpu.utilization == Some(0) && gpu.idle_since.is_none();
        let keys: Vec<String> = gpus.iter().filter(|gpu| idle(gpu)).map(Gpu::key).collect();
        self.0.retain(|key, _| keys.contains(key));
        for gpu in gpus.iter_mut().filter(|gpu| idle(gpu)) {
            let since = *self.0.entry(gpu.key()).or_insert(now);
            // The clock may have been set back.
            gpu.idle_since = Some(since.min(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(idle: &mut Idle, seconds: u64, utilization: Option<u32>) -> Option<u64> {
        let mut gpus = [Gpu { utilization, ..Gpu::default() }];
        idle.note(&mut gpus, Timestamp::from_millis(1000 * seconds));
        gpus[0].idle_since.map(|since| since.millis() / 1000)
    }

    #[test]
    fn a_gpu_is_idle_since_it_was_first_seen_so() {
        let mut idle = Idle::default();
        assert_eq!(since(&mut idle, 1, Some(7)), None);
        assert_eq!(since(&mut idle, 2, Some(0)), Some(2));
        assert_eq!(since(&mut idle, 9, Some(0)), Some(2));
        assert_eq!(since(&mut idle, 10, None), None);
        assert_eq!(since(&mut idle, 11, Some(0)), Some(11));
        assert_eq!(since(&mut idle, 5, Some(0)), Some(5), "the clock was set back");
    }
}
