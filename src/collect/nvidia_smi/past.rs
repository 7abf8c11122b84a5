//! What is known of the GPUs from the sample before.

use std::time::SystemTime;

use crate::telemetry::{Gpu, GpuState};

#[derive(Debug, Default)]
pub(super) struct Past(Vec<Gpu>);

impl Past {
    /// The GPUs as they were.
    pub(super) fn gpus(&self) -> &[Gpu] {
        &self.0
    }

    /// Gives GPUs in trouble what they cannot tell any more: who they are, and
    /// since when they have been in trouble.
    pub(super) fn lead_to(&mut self, gpus: &mut [Gpu]) {
        for gpu in &mut *gpus {
            let Some(before) = self.of(gpu) else {
                if gpu.state != GpuState::Ok {
                    gpu.state_since = Some(SystemTime::now().into());
                }
                continue;
            };
            if gpu.state != GpuState::Ok {
                gpu.identify_as(before);
                gpu.state_since = match before.state {
                    GpuState::Ok => None,
                    _ => before.state_since,
                }
                .or_else(|| Some(SystemTime::now().into()));
            }
        }
        self.0 = gpus.to_vec();
    }

    fn of(&self, gpu: &Gpu) -> Option<&Gpu> {
        let same = |test: fn(&Gpu, &Gpu) -> bool| self.0.iter().find(|before| test(before, gpu));
        if gpu.uuid.is_some() {
            same(|before, gpu| before.uuid == gpu.uuid)
        } else if gpu.pci_bus_id.is_some() {
            same(|before, gpu| before.pci_bus_id == gpu.pci_bus_id)
        } else {
            same(|before, gpu| before.id == gpu.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        collect::nvidia_smi::finish,
        telemetry::{Metric, Reason},
    };

    #[test]
    fn a_lost_gpu_keeps_its_name_and_the_time_of_its_loss() {
        let mut past = Past::default();
        let healthy = Gpu {
            id: 1,
            name: Some("A".into()),
            uuid: Some("GPU-1".into()),
            pci_bus_id: Some("0:1".into()),
            ..Gpu::default()
        };
        past.lead_to(&mut [healthy.clone()]);
        let mut lost = Gpu { id: 0, pci_bus_id: Some("0:1".into()), ..Gpu::default() };
        finish::fail(&mut lost, GpuState::Lost, "Gone.", Reason::Lost);
        let mut first = [lost.clone()];
        past.lead_to(&mut first);
        assert_eq!((first[0].name.as_deref(), first[0].key().as_str()), (Some("A"), "GPU-1"));
        assert!(!first[0].unavailable.contains_key(&Metric::Uuid));
        let since = first[0].state_since;
        assert!(since.is_some());
        let mut second = [lost];
        past.lead_to(&mut second);
        assert_eq!(second[0].state_since, since);
        let mut again = [healthy.clone()];
        past.lead_to(&mut again);
        assert_eq!(again[0], healthy);
    }
}
