//! Eight GPUs at work.

use super::{
    curve::Curve,
    model::H100,
    slot::{Slot, Tenant},
};

pub(super) const SLOTS: [Slot; 8] = [
    Slot {
        load: Curve::steady(97.0),
        draw: 671.0,
        heating: 0.0537,
        unattributed: 4506.0,
        tenants: &[
            Tenant::new("alice", "python", "python train.py --cfg configs/llm-7b.yaml --resume")
                .memory(52_326.0, 220.0)
                .share(0.955),
            JUPYTER.memory(17_920.0, 0.0),
        ],
        ..Slot::new(&H100)
    },
    Slot {
        load: Curve::serving(88.0, 12.0),
        draw: 684.0,
        heating: 0.0525,
        unattributed: 3788.0,
        tenants: &[
            Tenant::new("alice", "vllm", "vllm serve qwen3 --port 8000 --max-model-len 32768")
                .memory(43_724.0, 160.0)
                .share(0.95)
                .inside("qwen3"),
            Tenant::new("bob", "triton-server", "triton-server --model-repository=/models")
                .memory(14_950.0, 0.0)
                .share(0.02)
                .inside("triton"),
        ],
        ..Slot::new(&H100)
    },
    Slot {
        load: Curve { swing: 0.8, ..Curve::steady(99.6) },
        draw: 686.0,
        heating: 0.0608,
        unattributed: 4300.0,
        tenants: &[
            Tenant::new("alice", "torchrun", "torchrun pretrain --nproc-per-node 1 --bf16")
                .memory(50_176.0, 180.0)
                .share(0.955),
            JUPYTER.memory(17_204.0, 0.0).share(0.025),
        ],
        ..Slot::new(&H100)
    },
    Slot { tenants: &[JUPYTER.memory(410.0, 0.0)], unattributed: 6.0, ..Slot::new(&H100) },
    Slot {
        load: Curve::serving(64.0, 14.0),
        draw: 671.0,
        heating: 0.0637,
        decoding: 19.0,
        unattributed: 3072.0,
        tenants: &[
            Tenant::new("alice", "python", "python label_video.py --decode nvdec --batch 64")
                .memory(38_912.0, 300.0)
                .share(0.88),
            Tenant::new("bob", "python", "python -m embed --watch /data/in")
                .memory(14_336.0, 120.0)
                .share(0.1),
        ],
        ..Slot::new(&H100)
    },
    Slot {
        load: Curve::steady(98.8),
        draw: 717.0,
        heating: 0.0777,
        unattributed: 4404.0,
        tenants: &[
            Tenant::new("alice", "python", "python finetune.py --lora-rank 64 --grad-accum 8")
                .memory(54_272.0, 200.0)
                .share(0.93),
            Tenant::new("bob", "vllm", "vllm serve mistral-small --port 8010")
                .memory(19_148.0, 90.0)
                .share(0.06),
        ],
        ..Slot::new(&H100)
    },
    Slot {
        load: Curve::serving(42.0, 17.0),
        draw: 641.0,
        heating: 0.0645,
        unattributed: 1126.0,
        tenants: &[
            Tenant::new("bob", "python", "python eval.py --suite nightly --shards 4")
                .memory(11_264.0, 140.0)
                .share(0.85),
            Tenant::new("alice", "jupyter-lab", "jupyter-lab --no-browser --port 8889")
                .memory(6042.0, 0.0)
                .share(0.08),
        ],
        ..Slot::new(&H100)
    },
    Slot {
        load: Curve::training(92.0, 37.0, 34.0),
        draw: 696.0,
        heating: 0.0578,
        unattributed: 3880.0,
        tenants: &[
            Tenant::new("alice", "python", "python distill.py --teacher qwen3 --student tiny")
                .memory(46_080.0, 260.0)
                .share(0.9),
            Tenant::new("bob", "python", "python rerank.py --serve --workers 2")
                .memory(17_624.0, 60.0)
                .share(0.07),
        ],
        ..Slot::new(&H100)
    },
];

const JUPYTER: Tenant = Tenant::new("bob", "jupyter-lab", "jupyter-lab --no-browser --port 8888");
