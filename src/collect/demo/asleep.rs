//! A laptop-like machine: one GPU works, the other sleeps until it is needed.

use super::{
    curve::Curve,
    model::RTX_3090,
    slot::{Slot, Tenant},
};
use crate::telemetry::{Gpu, GpuState, Reason, Timestamp};

/// Milliseconds of a round, and into it at which the GPU wakes up.
const ROUND: u64 = 60_000;
const WAKES: u64 = 45_000;

pub(super) const SLOTS: [Slot; 2] = [
    Slot {
        load: Curve::serving(64.0, 21.0),
        draw: 310.0,
        heating: 0.125,
        unattributed: 210.0,
        tenants: &[Tenant::new("alice", "python", "python render.py --scene atrium")
            .memory(9_216.0, 90.0)
            .share(0.96)],
        ..Slot::new(&RTX_3090)
    },
    Slot { heating: 0.3, unattributed: 90.0, sleeps: true, ..Slot::new(&RTX_3090) },
];

/// Lets the GPU sleep if it does this many milliseconds after `start`.
pub(super) fn put_to_sleep(gpu: &mut Gpu, millis: u64, start: Timestamp) {
    let into = millis % ROUND;
    if into >= WAKES {
        return;
    }
    gpu.clear(Reason::Asleep);
    gpu.state = GpuState::Asleep;
    gpu.state_detail = Some("It sleeps to save power, and reading it would wake it.".to_owned());
    gpu.state_since = Some(Timestamp::from_millis(start.millis() + millis - into));
}
