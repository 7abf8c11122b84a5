//! What GPUs reported before they stopped.

use std::collections::BTreeMap;

use crate::telemetry::{Gpu, GpuState, LastKnown, Timestamp};

/// Remembers of each GPU the last sample in which it could be read.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<String, LastKnown>);

impl Memory {
    /// Notes what the GPUs report, at this time, and gives it to those that no longer
    /// report anything. One that sleeps is well: its card needs no memories.
    pub(super) fn note(&mut self, gpus: &mut [Gpu], now: Timestamp) {
        self.0.retain(|key, _| gpus.iter().any(|gpu| gpu.key() == *key));
        for gpu in gpus {
            match gpu.state {
                GpuState::Ok => {
                    self.0.insert(gpu.key(), LastKnown { timestamp: now, gpu: gpu.clone() });
                }
                GpuState::Lost | GpuState::Unreadable => {
                    gpu.last_known = self.0.get(&gpu.key()).cloned().map(Box::new);
                }
                GpuState::Asleep => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Reason;

    fn noted(memory: &mut Memory, seconds: u64, state: GpuState) -> Option<(u64, Option<u32>)> {
        let mut gpu = Gpu { state, utilization: Some(7), ..Gpu::default() };
        if state != GpuState::Ok {
            gpu.clear(Reason::Lost);
        }
        let mut gpus = [gpu];
        memory.note(&mut gpus, Timestamp::from_millis(1000 * seconds));
        let [gpu] = gpus;
        assert!(gpu.state == GpuState::Ok || gpu.utilization.is_none());
        gpu.last_known.map(|last| (last.timestamp.millis() / 1000, last.gpu.utilization))
    }

    #[test]
    fn a_gpu_that_stopped_keeps_the_last_it_said() {
        let mut memory = Memory::default();
        assert_eq!(noted(&mut memory, 1, GpuState::Lost), None);
        assert_eq!(noted(&mut memory, 2, GpuState::Ok), None);
        assert_eq!(noted(&mut memory, 3, GpuState::Ok), None);
        assert_eq!(noted(&mut memory, 4, GpuState::Asleep), None);
        assert_eq!(noted(&mut memory, 5, GpuState::Lost), Some((3, Some(7))));
        assert_eq!(noted(&mut memory, 6, GpuState::Unreadable), Some((3, Some(7))));
    }

    #[test]
    fn a_gpu_that_is_gone_is_forgotten() {
        let mut memory = Memory::default();
        noted(&mut memory, 1, GpuState::Ok);
        memory.note(&mut [], Timestamp::from_millis(2000));
        assert_eq!(noted(&mut memory, 3, GpuState::Lost), None);
    }
}
