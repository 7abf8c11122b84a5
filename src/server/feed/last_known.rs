//! What GPUs reported before they stopped.

use std::collections::BTreeMap;

use crate::telemetry::{Gpu, GpuState, LastKnown, Snapshot};

/// Of each GPU that cannot be read now, the last sample in which it could. Nothing is kept of
/// the others: the sample before has it.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<String, LastKnown>);

impl Memory {
    /// Gives what was reported `before` to those that no longer report anything. One that
    /// sleeps is well: its card needs no memories.
    pub(super) fn note(&mut self, gpus: &mut [Gpu], before: Option<&Snapshot>) {
        self.0.retain(|key, _| gpus.iter().any(|gpu| gpu.state != GpuState::Ok && gpu.key() == *key));
        for gpu in gpus.iter_mut().filter(|gpu| gpu.state != GpuState::Ok) {
            let key = gpu.key();
            if let Some(last) = before.and_then(|before| last_known(before, &key)) {
                self.0.insert(key.clone(), last);
            }
            if gpu.state != GpuState::Asleep {
                gpu.last_known = self.0.get(&key).cloned().map(Box::new);
            }
        }
    }
}

/// What a sample says of a GPU, if that could be read.
fn last_known(sample: &Snapshot, key: &str) -> Option<LastKnown> {
    let gpu = sample.gpus.iter().find(|gpu| gpu.state == GpuState::Ok && gpu.key() == key)?;
    Some(LastKnown { timestamp: sample.timestamp, gpu: gpu.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Reason, Timestamp};

    /// Samples one after the other, as the feed takes them in.
    #[derive(Default)]
    struct Samples {
        memory: Memory,
        before: Option<Snapshot>,
    }

    impl Samples {
        fn take(&mut self, seconds: u64, mut gpus: Vec<Gpu>) -> &[Gpu] {
            self.memory.note(&mut gpus, self.before.as_ref());
            let timestamp = Timestamp::from_millis(1000 * seconds);
            &self.before.insert(Snapshot { timestamp, gpus, ..Snapshot::default() }).gpus
        }

        /// When the GPU was last read, and its utilization then, if it is told.
        fn noted(&mut self, seconds: u64, state: GpuState) -> Option<(u64, Option<u32>)> {
            let utilization = u32::try_from(seconds).ok();
            let mut gpu = Gpu { state, utilization, ..Gpu::default() };
            if state != GpuState::Ok {
                gpu.clear(Reason::Lost);
            }
            let [gpu] = self.take(seconds, vec![gpu]) else { panic!() };
            assert!(gpu.state == GpuState::Ok || gpu.utilization.is_none());
            let last = gpu.last_known.as_ref()?;
            Some((last.timestamp.millis() / 1000, last.gpu.utilization))
        }
    }

    #[test]
    fn a_gpu_that_stopped_keeps_the_last_it_said() {
        let mut samples = Samples::default();
        assert_eq!(samples.noted(1, GpuState::Lost), None);
        assert_eq!(samples.noted(2, GpuState::Ok), None);
        assert_eq!(samples.noted(3, GpuState::Ok), None);
        assert_eq!(samples.noted(4, GpuState::Asleep), None);
        assert_eq!(samples.noted(5, GpuState::Lost), Some((3, Some(3))));
        assert_eq!(samples.noted(6, GpuState::Unreadable), Some((3, Some(3))));
        assert_eq!(samples.noted(7, GpuState::Ok), None);
        assert_eq!(samples.noted(8, GpuState::Lost), Some((7, Some(7))));
    }

    #[test]
    fn a_gpu_that_is_gone_is_forgotten() {
        let mut samples = Samples::default();
        samples.noted(1, GpuState::Ok);
        samples.noted(2, GpuState::Lost);
        samples.take(3, Vec::new());
        assert_eq!(samples.noted(4, GpuState::Lost), None);
    }

    #[test]
    fn nothing_is_kept_of_gpus_that_can_be_read() {
        let mut samples = Samples::default();
        samples.noted(1, GpuState::Ok);
        samples.noted(2, GpuState::Lost);
        assert_eq!(samples.memory.0.len(), 1);
        samples.noted(3, GpuState::Ok);
        assert!(samples.memory.0.is_empty());
    }
}
