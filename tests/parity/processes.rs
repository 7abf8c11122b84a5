//! Who uses the GPUs.

use gpu_observatory::telemetry::{Gpu, ProcessKind};

use crate::{machine::machine, nvidia_smi, nvml, nvtop};

type Entry = (u32, Option<ProcessKind>, Option<f64>);

fn entries(gpus: &[Gpu], memory: impl Fn(f64) -> f64) -> Vec<Vec<Entry>> {
    let of = |gpu: &Gpu| gpu.processes.iter().map(|p| (p.pid, p.kind, p.used_memory.map(&memory))).collect();
    gpus.iter().map(of).collect()
}

#[test]
fn nvidia_smi_lists_the_same_with_whole_mebibytes() {
    let truth = nvml::reader(&machine()).read();
    assert_eq!(truth[0].processes.len(), 3);
    for mut reader in [nvidia_smi::whole(&machine()), nvidia_smi::rows(&machine())] {
        assert_eq!(entries(&reader.read(), |mib| mib), entries(&truth, f64::ceil), "{}", reader.name);
    }
}

#[test]
fn nvtop_lists_the_same_and_how_busy_they_are() {
    let (truth, gpus) = (nvml::reader(&machine()).read(), nvtop::reader(&machine()).read());
    assert_eq!(entries(&gpus, |mib| mib), entries(&truth, |mib| mib));
    let busy = |gpus: &[Gpu]| -> Vec<_> {
        gpus.iter().flat_map(|gpu| &gpu.processes).map(|p| (p.pid, p.sm_utilization)).collect()
    };
    assert_eq!(busy(&gpus), busy(&truth));
}
