//! Four GPUs, each broken in its own way.

use super::{
    curve::Curve,
    model::H100,
    slot::{Fault, Slot, Tenant},
};
use crate::telemetry::{Gpu, GpuState, Reason, RecoveryAction};

pub(super) const SLOTS: [Slot; 4] = [
    Slot { fault: Some(Fault::Memory), ..TRAINING },
    Slot { fault: Some(Fault::Worn), load: Curve::training(88.0, 31.0, 28.0), ..TRAINING },
    Slot { fault: Some(Fault::Link), load: Curve::serving(81.0, 9.0), ..TRAINING },
    Slot { fault: Some(Fault::Unreadable), ..TRAINING },
];

const TRAINING: Slot = Slot {
    load: Curve::steady(95.0),
    draw: 640.0,
    heating: 0.052,
    unattributed: 3900.0,
    tenants: &[Tenant::new("alice", "python", "python train.py --cfg configs/vision-xl.yaml")
        .memory(58_400.0, 240.0)
        .share(0.98)],
    ..Slot::new(&H100)
};

impl Fault {
    /// What the driver reports of a GPU with this fault.
    pub(super) fn harm(self, gpu: &mut Gpu) {
        match self {
            Self::Memory => {
                gpu.ecc_corrected = Some(14);
                gpu.ecc_uncorrected = Some(3);
                gpu.remapped_rows = Some(1);
                gpu.remapping_pending = Some(true);
                gpu.recovery_action = Some(RecoveryAction::DrainAndReset);
            }
            Self::Worn => {
                gpu.ecc_uncorrected = Some(41);
                gpu.remapped_rows = Some(8);
                gpu.remapping_failed = Some(true);
            }
            Self::Link => {
                gpu.pcie_width = Some(8);
                gpu.pcie_replays = Some(117);
            }
            Self::Unreadable => {
                gpu.clear(Reason::Error);
                gpu.state = GpuState::Unreadable;
                gpu.state_detail = Some("The driver fails to read this GPU: unknown error.".to_owned());
            }
        }
    }
}
