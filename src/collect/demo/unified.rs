//! A GPU without memory of its own.

use super::{
    curve::Curve,
    model::GB10,
    slot::{Slot, Tenant},
};

pub(super) const SLOTS: [Slot; 1] = [Slot {
    load: Curve::serving(71.0, 16.0),
    draw: 58.0,
    heating: 0.7,
    // What the host's own programs use.
    unattributed: 9300.0,
    tenants: &[
        Tenant::new("alice", "llama-server", "llama-server -m gpt-oss-120b.gguf --n-gpu-layers 99")
            .memory(64_512.0, 300.0)
            .share(0.93),
        Tenant::new("alice", "python", "python rag.py --index /data/notes").memory(2380.0, 40.0).share(0.04),
    ],
    ..Slot::new(&GB10)
}];
