//! Since when GPUs have been doing nothing, and since when they have been free.

use std::collections::BTreeMap;

use crate::telemetry::{Gpu, GpuState, Metric, ProcessKind, Timestamp};

/// Remembers when each GPU was first seen idle, and when free.
#[derive(Debug, Default)]
pub(super) struct Idle {
    idle: Since,
    free: Since,
}

impl Idle {
    /// Notes what the GPUs do, at this time. What a source says itself stays.
    pub(super) fn note(&mut self, gpus: &mut [Gpu], now: Timestamp) {
        self.idle.note(gpus, now, is_idle, |gpu| &mut gpu.idle_since);
        self.free.note(gpus, now, is_free, |gpu| &mut gpu.free_since);
    }
}

/// One whose utilization is unknown may do anything: it counts as not idle.
fn is_idle(gpu: &Gpu) -> bool {
    gpu.utilization == Some(0)
}

/// Idle, and nobody holds it who computes; a desktop is no obstacle. One that sleeps
/// is free: its power is off, which it never is while somebody computes on it.
fn is_free(gpu: &Gpu) -> bool {
    match gpu.state {
        GpuState::Ok => {
            is_idle(gpu)
                && gpu.has(Metric::Processes)
                && gpu.processes.iter().all(|process| process.kind == Some(ProcessKind::Graphics))
        }
        GpuState::Asleep => true,
        GpuState::Lost | GpuState::Unreadable => false,
    }
}

/// When something that is so of a GPU was first seen to be so.
#[derive(Debug, Default)]
struct Since(BTreeMap<String, Timestamp>);

impl Since {
    fn note(
        &mut self,
        gpus: &mut [Gpu],
        now: Timestamp,
        is_so: fn(&Gpu) -> bool,
        slot: fn(&mut Gpu) -> &mut Option<Timestamp>,
    ) {
        let keys: Vec<String> = gpus.iter().filter(|gpu| is_so(gpu)).map(Gpu::key).collect();
        self.0.retain(|key, _| keys.contains(key));
        for gpu in gpus.iter_mut().filter(|gpu| is_so(gpu)) {
            let since = *self.0.entry(gpu.key()).or_insert(now);
            // The clock may have been set back.
            slot(gpu).get_or_insert(since.min(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Process, Reason};

    fn at(idle: &mut Idle, seconds: u64, gpu: Gpu) -> (Option<u64>, Option<u64>) {
        let mut gpus = [gpu];
        idle.note(&mut gpus, Timestamp::from_millis(1000 * seconds));
        let seconds = |since: Option<Timestamp>| since.map(|since| since.millis() / 1000);
        (seconds(gpus[0].idle_since), seconds(gpus[0].free_since))
    }

    fn using(utilization: Option<u32>) -> Gpu {
        Gpu { utilization, ..Gpu::default() }
    }

    fn held(kind: Option<ProcessKind>) -> Gpu {
        Gpu { processes: vec![Process { kind, ..Process::default() }], ..using(Some(0)) }
    }

    #[test]
    fn a_gpu_is_idle_since_it_was_first_seen_so() {
        let mut idle = Idle::default();
        let mut since = |seconds, utilization| at(&mut idle, seconds, using(utilization)).0;
        assert_eq!(since(1, Some(7)), None);
        assert_eq!(since(2, Some(0)), Some(2));
        assert_eq!(since(9, Some(0)), Some(2));
        assert_eq!(since(10, None), None);
        assert_eq!(since(11, Some(0)), Some(11));
        assert_eq!(since(5, Some(0)), Some(5), "the clock was set back");
    }

    #[test]
    fn a_source_that_knows_more_is_believed() {
        let long = Gpu { idle_since: Some(Timestamp::from_millis(1000)), ..using(Some(0)) };
        assert_eq!(at(&mut Idle::default(), 9, long), (Some(1), Some(9)));
    }

    #[test]
    fn a_gpu_is_free_while_nobody_computes_on_it() {
        let mut idle = Idle::default();
        assert_eq!(at(&mut idle, 1, held(Some(ProcessKind::Compute))), (Some(1), None));
        assert_eq!(at(&mut idle, 2, using(Some(0))), (Some(1), Some(2)));
        assert_eq!(at(&mut idle, 3, held(Some(ProcessKind::Graphics))), (Some(1), Some(2)), "a desktop");
        for kind in [None, Some(ProcessKind::Both)] {
            assert_eq!(at(&mut idle, 4, held(kind)).1, None, "{kind:?}");
            assert_eq!(at(&mut idle, 5, using(Some(0))).1, Some(5));
        }
        assert_eq!(at(&mut idle, 6, using(Some(1))).1, None);
    }

    #[test]
    fn what_cannot_be_read_is_not_free_and_what_sleeps_is() {
        let mut idle = Idle::default();
        let mut unread = using(Some(0));
        unread.unavailable.insert(Metric::Processes, Reason::NoPermission);
        assert_eq!(at(&mut idle, 1, unread), (Some(1), None));
        for state in [GpuState::Lost, GpuState::Unreadable] {
            assert_eq!(at(&mut idle, 2, Gpu { state, ..using(None) }).1, None);
        }
        let mut asleep = Gpu { state: GpuState::Asleep, ..Gpu::default() };
        asleep.clear(Reason::Asleep);
        assert_eq!(at(&mut idle, 3, asleep), (None, Some(3)));
        assert_eq!(at(&mut idle, 4, using(Some(0))), (Some(4), Some(3)), "it woke up for nothing");
    }
}
