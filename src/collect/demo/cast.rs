//! Which sources a scene has: one that plays it, and those that fail in it. What fails
//! is chosen among and told as on a real machine.

use std::sync::Arc;

use super::{DemoScenario, DemoSource, hang::Hanging};
use crate::{
    collect::{DemoSettings, Opener, Source, SourceError},
    telemetry::Provider,
};

/// The sources of the scene, better ones first.
pub(in crate::collect) fn cast(demo: DemoSettings) -> Vec<Opener> {
    let DemoSettings { scenario, gpus } = demo;
    match scenario {
        DemoScenario::NoGpu => {
            vec![
                fails(Provider::Nvml, no_nvml),
                fails(Provider::NvidiaSmi, no_tool),
                fails(Provider::Nvtop, no_nvtop),
            ]
        }
        DemoScenario::StandIn => vec![
            fails(Provider::Nvml, mismatch),
            plays(Provider::NvidiaSmi, move || DemoSource::new(scenario, gpus)),
        ],
        DemoScenario::Hang => {
            vec![plays(Provider::Demo, move || Hanging::new(DemoSource::new(scenario, gpus)))]
        }
        _ => vec![plays(Provider::Demo, move || DemoSource::new(scenario, gpus))],
    }
}

fn plays<S: Source + 'static>(provider: Provider, open: impl Fn() -> S + Send + Sync + 'static) -> Opener {
    Opener { provider, open: Arc::new(move || Ok(Box::new(open()))) }
}

fn fails(provider: Provider, error: fn() -> SourceError) -> Opener {
    Opener { provider, open: Arc::new(move || Err(error())) }
}

fn no_nvml() -> SourceError {
    SourceError::absent("libnvidia-ml.so.1 not found", "Install the NVIDIA driver.")
}

fn no_tool() -> SourceError {
    SourceError::absent(
        "nvidia-smi is not installed, or not in PATH",
        "Install the NVIDIA driver with its tools; in a container start it with `--gpus all`.",
    )
}

fn no_nvtop() -> SourceError {
    SourceError::absent(
        "nvtop is not installed, or not in PATH",
        "Install nvtop 3.2.0 or newer: it lists the GPUs of AMD, Intel and others.",
    )
}

fn mismatch() -> SourceError {
    SourceError::new(
        "The NVIDIA driver and its library have different versions",
        "Reboot, or reload the driver's modules.",
    )
}
