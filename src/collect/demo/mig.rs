//! A GPU cut into instances, two of which share their memory, and a whole one.

use super::{
    curve::Curve,
    model::H200,
    slot::{Slice, Slot, Tenant},
};

pub(super) const SLOTS: [Slot; 2] = [
    Slot {
        load: Curve::serving(58.0, 12.0),
        draw: 600.0,
        tenants: &[
            Tenant::new("alice", "vllm", "vllm serve qwen3 --gpu-memory-utilization 0.85")
                .memory(58_368.0, 200.0)
                .on(2, 0),
            Tenant::new("bob", "python", "python infer.py --stream left").memory(12_288.0, 80.0).on(3, 0),
            Tenant::new("bob", "python", "python infer.py --stream right").memory(9216.0, 70.0).on(3, 1),
            Tenant::new("carol", "jupyter-lab", "jupyter-lab --no-browser").memory(3072.0, 0.0).on(9, 0),
        ],
        slices: &[
            Slice { profile: "3g.71gb", gpu_instance: 2, compute_instance: 0, memory: 71_424.0 },
            Slice { profile: "1c.2g.35gb", gpu_instance: 3, compute_instance: 0, memory: 33_280.0 },
            Slice { profile: "1c.2g.35gb", gpu_instance: 3, compute_instance: 1, memory: 33_280.0 },
            Slice { profile: "1g.18gb", gpu_instance: 9, compute_instance: 0, memory: 16_384.0 },
        ],
        ..Slot::new(&H200)
    },
    Slot {
        load: Curve::training(96.0, 43.0, 28.0),
        draw: 655.0,
        unattributed: 5200.0,
        tenants: &[Tenant::new("alice", "python", "python train.py --cfg configs/llm-13b.yaml")
            .memory(118_000.0, 400.0)
            .share(0.98)],
        ..Slot::new(&H200)
    },
];
