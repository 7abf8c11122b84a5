//! What must be so of every list of GPUs, whatever it was read from.

use super::words::shown;
use crate::telemetry::{Gpu, GpuState, Metric, MigInstance, Process, ProcessMetric, Snapshot};

/// Most MiB that a GPU is believed to have.
const MOST_MIB: f64 = 1_073_741_824.0;
const LONGEST: usize = 256;
/// How many GPUs of a listing are written and read: one is like another.
const SENT: usize = 8;

/// Holds that GPUs which were read from so many bytes can be shown and sent.
pub(super) fn sound(gpus: &[Gpu], bytes: usize) {
    assert!(gpus.len() <= 1024.min(bytes), "{} GPUs", gpus.len());
    for gpu in gpus {
        texts(gpu);
        figures(gpu);
        reasons(gpu);
        assert!(gpu.processes.len() <= bytes / 8, "{} processes in {bytes} bytes", gpu.processes.len());
        gpu.processes.iter().for_each(process);
        let memory = |process: &Process| process.used_memory.unwrap_or(-1.0);
        assert!(gpu.processes.is_sorted_by(|one, other| memory(one) >= memory(other)), "{gpu:?}");
        gpu.mig_instances.iter().for_each(instance);
    }
    let some = gpus.iter().take(SENT).cloned().collect();
    let snapshot = Snapshot { gpus: some, ..Snapshot::default() };
    let written = serde_json::to_string(&snapshot).unwrap_or_default();
    let read = Snapshot::read(&written);
    assert!(read.is_some(), "cannot be read back: {written}");
    assert_eq!(read, serde_json::from_str(&written).ok());
}

fn texts(gpu: &Gpu) {
    let texts = [&gpu.name, &gpu.uuid, &gpu.pci_bus_id, &gpu.driver_version, &gpu.state_detail];
    for text in texts.into_iter().flatten() {
        shown("a text of a GPU", text, LONGEST);
    }
    assert_eq!(gpu.state == GpuState::Ok, gpu.state_detail.is_none(), "{gpu:?}");
}

fn figures(gpu: &Gpu) {
    let whole = |figures: &[Option<u32>], most: u32| {
        assert!(figures.iter().flatten().all(|figure| *figure <= most), "beyond {most}: {gpu:?}");
    };
    let real = |figures: &[Option<f64>], most: f64| {
        let fine = |figure: &f64| (0.0..=most).contains(figure) && figure.is_sign_positive();
        assert!(figures.iter().flatten().all(fine), "not within 0 and {most}: {gpu:?}");
    };
    let busy = [gpu.utilization, gpu.memory_utilization, gpu.encoder_utilization, gpu.decoder_utilization];
    whole(&busy, 100);
    whole(&[gpu.jpeg_utilization, gpu.ofa_utilization], 100);
    whole(&[gpu.fan_speed], 1000);
    whole(
        &[gpu.temperature, gpu.memory_temperature, gpu.temperature_slowdown, gpu.temperature_shutdown],
        500,
    );
    whole(&[gpu.clock_graphics, gpu.clock_sm, gpu.clock_memory, gpu.clock_video], 100_000);
    whole(&[gpu.clock_graphics_max, gpu.clock_sm_max, gpu.clock_memory_max], 100_000);
    whole(&[gpu.performance_state], 15);
    whole(&[gpu.pcie_generation, gpu.pcie_generation_max, gpu.pcie_width, gpu.pcie_width_max], 99);
    whole(&[gpu.cuda_version], 99_990);
    real(&[gpu.power_usage, gpu.power_limit, gpu.power_limit_default, gpu.power_limit_max], 100_000.0);
    let total = gpu.memory_total;
    real(&[total], MOST_MIB);
    real(&[gpu.memory_used, gpu.memory_free, gpu.memory_reserved], total.unwrap_or(MOST_MIB));
    assert!([gpu.pcie_tx, gpu.pcie_rx].iter().flatten().all(|rate| *rate <= 1_000_000_000_000), "{gpu:?}");
    if let Some(shares) = &gpu.limiter_shares {
        assert!((1..=60).contains(&shares.seconds), "{gpu:?}");
        assert!(shares.shares.values().all(|share| (0.1..=100.0).contains(share)), "{gpu:?}");
    }
}

/// A value is missing exactly where there is a reason.
fn reasons(gpu: &Gpu) {
    for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
        assert_ne!(gpu.has(*metric), gpu.unavailable.contains_key(metric), "{metric:?} of {gpu:?}");
        let measured = Metric::MEASURED.contains(metric) && gpu.has(*metric);
        assert!(!measured || gpu.state == GpuState::Ok, "{metric:?} of {gpu:?}");
    }
    assert!(gpu.processes.is_empty() || gpu.has(Metric::Processes), "{gpu:?}");
}

fn process(process: &Process) {
    assert!(process.pid > 0, "{process:?}");
    for (text, longest) in [(&process.name, LONGEST), (&process.user, LONGEST), (&process.command, 1024)] {
        if let Some(text) = text {
            shown("a text of a process", text, longest);
        }
    }
    assert!(process.used_memory.is_none_or(|memory| (0.0..=MOST_MIB).contains(&memory)), "{process:?}");
    assert!(process.sm_utilization.is_none_or(|share| share <= 100), "{process:?}");
    for (metric, there) in [
        (ProcessMetric::Name, process.name.is_some()),
        (ProcessMetric::Command, process.command.is_some()),
        (ProcessMetric::User, process.user.is_some()),
        (ProcessMetric::UsedMemory, process.used_memory.is_some()),
        (ProcessMetric::SmUtilization, process.sm_utilization.is_some()),
    ] {
        assert_ne!(there, process.unavailable.contains_key(&metric), "{metric:?} of {process:?}");
    }
}

fn instance(instance: &MigInstance) {
    for memory in [instance.memory_used, instance.memory_total].into_iter().flatten() {
        assert!((0.0..=MOST_MIB).contains(&memory), "{instance:?}");
    }
    let fits = instance.memory_used.zip(instance.memory_total).is_none_or(|(used, total)| used <= total);
    assert!(fits, "{instance:?}");
}
