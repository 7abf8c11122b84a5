//! Two GPUs of a workstation: one works, the other is held and does nothing.

use super::{
    curve::Curve,
    model::RTX_3090,
    slot::{Slot, Tenant},
};
use crate::telemetry::ProcessKind;

pub(super) const SLOTS: [Slot; 2] = [
    Slot {
        load: Curve::training(95.0, 29.0, 45.0),
        draw: 342.0,
        heating: 0.128,
        unattributed: 210.0,
        tenants: &[
            Tenant::new("alice", "python", "python train.py --data /data/scans --epochs 90")
                .memory(17_278.0, 60.0)
                .share(0.96),
            Tenant::new("root", "Xorg", "/usr/lib/xorg/Xorg :0 -seat seat0 vt2")
                .memory(186.0, 0.0)
                .share(0.01)
                .kind(ProcessKind::Graphics),
            Tenant::new("alice", "gnome-shell", "/usr/bin/gnome-shell")
                .memory(64.0, 0.0)
                .share(0.01)
                .kind(ProcessKind::Both),
        ],
        ..Slot::new(&RTX_3090)
    },
    Slot {
        // Since this morning.
        idle: Some(6 * 3600 + 700),
        heating: 0.3,
        unattributed: 140.0,
        tenants: &[
            Tenant::new("bob", "python", "python -m ipykernel_launcher -f kernel-51c7.json")
                .memory(20_480.0, 0.0),
            Tenant::new("root", "Xorg", "/usr/lib/xorg/Xorg :0 -seat seat0 vt2")
                .memory(4.0, 0.0)
                .kind(ProcessKind::Graphics),
        ],
        ..Slot::new(&RTX_3090)
    },
];
