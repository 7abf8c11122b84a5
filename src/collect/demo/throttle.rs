//! Four GPUs; nothing holds the first back, the others are held back each in
//! its own way.

use super::{
    curve::Curve,
    model::H100,
    slot::{Slot, Tenant},
};

pub(super) const SLOTS: [Slot; 4] = [
    Slot { load: Curve::training(94.0, 41.0, 30.0), draw: 640.0, heating: 0.052, ..TRAINING },
    // An administrator lowered the limit.
    Slot { draw: 660.0, lowered_limit: Some(500.0), ..TRAINING },
    // Poorly cooled: the driver slows it when there is much to do.
    Slot { load: Curve::serving(86.0, 13.0), draw: 670.0, heating: 0.092, ..TRAINING },
    // Hardly cooled, and a power supply that cannot keep up.
    Slot { draw: 690.0, heating: 0.11, brake: true, ..TRAINING },
];

const TRAINING: Slot = Slot {
    load: Curve::steady(98.0),
    draw: 690.0,
    unattributed: 3900.0,
    tenants: &[Tenant::new("alice", "python", "python train.py --cfg configs/vision-xl.yaml")
        .memory(58_400.0, 240.0)
        .share(0.98)],
    ..Slot::new(&H100)
};
