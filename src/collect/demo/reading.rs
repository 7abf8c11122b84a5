//! What a driver would report of a slot.

use super::{model::Model, operation::Operation, shares::shares, slot::Slot};
use crate::telemetry::{Gpu, Metric, MigInstance, Process, ProcessMetric, Reason, RecoveryAction};

/// MiB that an instance uses before anyone else does.
const INSTANCE_OVERHEAD: f64 = 24.0;
/// Seconds for which the simulated drivers had been loaded at the start.
const LOADED_BEFORE: f64 = 412_000.0;

impl Slot {
    /// The GPU at this index, this many seconds after the start.
    pub(super) fn gpu(&self, index: u32, seconds: f64) -> Gpu {
        // Any number that keeps GPUs with the same work apart.
        let phase = 1.7 * f64::from(index);
        let now = Operation::new(self, seconds, phase);
        let processes = self.processes(index, seconds, phase, now.utilization);
        let mut gpu = identity(self.model, index);
        self.fill_work(&mut gpu, &now, processes);
        self.fill_power(&mut gpu, &now, seconds);
        self.fill_clocks(&mut gpu, &now);
        self.fill_links(&mut gpu, &now);
        self.fill_health(&mut gpu);
        gpu.set(Metric::LimiterShares, |g| &mut g.limiter_shares, shares(self, seconds, phase));
        if !self.slices.is_empty() {
            self.cut(&mut gpu);
        }
        if let Some(fault) = self.fault {
            fault.harm(&mut gpu);
        }
        gpu.explain(Reason::NotSupported);
        gpu
    }

    fn fill_work(&self, gpu: &mut Gpu, now: &Operation, processes: Vec<Process>) {
        let model = self.model;
        let instances = u32::try_from(self.slices.len()).unwrap_or_default();
        let used = processes.iter().filter_map(|process| process.used_memory).sum::<f64>()
            + self.unattributed
            + INSTANCE_OVERHEAD * f64::from(instances);
        gpu.utilization = Some(whole(now.utilization));
        gpu.memory_utilization = model.memory_clock.map(|_| whole(0.55 * now.utilization));
        gpu.encoder_utilization = Some(0);
        gpu.decoder_utilization = Some(whole(self.decoding * now.utilization / 100.0));
        gpu.jpeg_utilization = Some(0);
        gpu.ofa_utilization = Some(0);
        gpu.memory_total = Some(model.memory);
        gpu.memory_reserved = model.reserved;
        gpu.memory_used = Some(used);
        gpu.memory_free = Some(model.memory - model.reserved.unwrap_or_default() - used);
        gpu.memory_unified = model.reserved.is_none();
        gpu.processes = processes;
    }

    fn fill_power(&self, gpu: &mut Gpu, now: &Operation, seconds: f64) {
        let model = self.model;
        gpu.temperature = Some(whole(now.temperature));
        gpu.temperature_slowdown = Some(model.slowdown);
        gpu.temperature_shutdown = Some(model.shutdown);
        gpu.memory_temperature =
            model.datacenter.then(|| whole(now.temperature + 3.0 + 0.06 * now.utilization));
        gpu.power_usage = Some((now.power * 100.0).round() / 100.0);
        gpu.power_limit = self.power_limit();
        gpu.power_limit_default = model.power_limit;
        gpu.power_limit_max = model.power_limit;
        // The mean, not the integral: it need only rise as fast as the power says.
        let mean = model.idle_power + (self.draw - model.idle_power) * self.load.level / 100.0;
        let mean = self.power_limit().map_or(mean, |limit| mean.min(limit));
        gpu.energy = Some((mean * (LOADED_BEFORE + seconds)).round());
        // Such fans stand still while it is cool.
        gpu.fan_speed = model.fan.then(|| match now.temperature {
            cool if cool < 45.0 => 0,
            warm => whole((30.0 + 1.6 * (warm - 45.0)).min(100.0)),
        });
    }

    fn fill_clocks(&self, gpu: &mut Gpu, now: &Operation) {
        let model = self.model;
        let graphics = at_work(model.clock, now.clock);
        gpu.clock_graphics = Some(graphics);
        gpu.clock_sm = Some(graphics);
        gpu.clock_video = Some(at_work(model.video_clock, now.clock));
        gpu.clock_memory =
            model.memory_clock.map(|(rest, most)| if now.clock.is_some() { most } else { rest });
        gpu.clock_graphics_max = Some(model.clock.1);
        gpu.clock_sm_max = Some(model.clock.1);
        gpu.clock_memory_max = model.memory_clock.map(|(_, most)| most);
        let (rest, work) = model.performance;
        gpu.performance_state = Some(if now.clock.is_some() { work } else { rest });
        gpu.limiters = Some(now.limiters.clone());
    }

    fn fill_links(&self, gpu: &mut Gpu, now: &Operation) {
        let model = self.model;
        let rests = now.clock.is_none() && model.performance.0 > 0;
        gpu.pcie_generation = model.pcie.map(|most| if rests { 1 } else { most });
        gpu.pcie_generation_max = model.pcie;
        gpu.pcie_width = model.pcie.map(|_| 16);
        gpu.pcie_width_max = model.pcie.map(|_| 16);
        gpu.pcie_tx = model.pcie.map(|_| 1000 * u64::from(whole(480.0 + 5200.0 * now.utilization)));
        gpu.pcie_rx = model.pcie.map(|_| 1000 * u64::from(whole(570.0 + 21_000.0 * now.utilization)));
        gpu.pcie_replays = model.pcie.map(|_| 0);
        gpu.nvlinks_active = model.nvlinks;
    }

    fn fill_health(&self, gpu: &mut Gpu) {
        let datacenter = self.model.datacenter;
        gpu.ecc_enabled = datacenter.then_some(true);
        gpu.ecc_corrected = datacenter.then_some(0);
        gpu.ecc_uncorrected = datacenter.then_some(0);
        gpu.remapped_rows = datacenter.then_some(0);
        gpu.remapping_pending = datacenter.then_some(false);
        gpu.remapping_failed = datacenter.then_some(false);
        gpu.recovery_action = datacenter.then_some(RecoveryAction::None);
        gpu.mig_enabled = datacenter.then_some(!self.slices.is_empty());
    }

    /// Turns the GPU into its MIG instances.
    fn cut(&self, gpu: &mut Gpu) {
        let hidden = Reason::HiddenByMig;
        gpu.set(Metric::Utilization, |g| &mut g.utilization, Err(hidden));
        gpu.set(Metric::MemoryUtilization, |g| &mut g.memory_utilization, Err(hidden));
        gpu.set(Metric::EncoderUtilization, |g| &mut g.encoder_utilization, Err(hidden));
        gpu.set(Metric::DecoderUtilization, |g| &mut g.decoder_utilization, Err(hidden));
        gpu.set(Metric::JpegUtilization, |g| &mut g.jpeg_utilization, Err(hidden));
        gpu.set(Metric::OfaUtilization, |g| &mut g.ofa_utilization, Err(hidden));
        gpu.set(Metric::NvlinksActive, |g| &mut g.nvlinks_active, Err(hidden));
        gpu.mig_instances = (0..)
            .zip(self.slices)
            .map(|(index, slice)| {
                let held: f64 = gpu
                    .processes
                    .iter()
                    .filter(|process| process.gpu_instance == Some(slice.gpu_instance))
                    .filter_map(|process| process.used_memory)
                    .sum();
                MigInstance {
                    index,
                    uuid: Some(format!("MIG-de30{:04x}-0000-4000-8000-{index:012x}", gpu.id)),
                    name: Some(format!("{} MIG {}", self.model.name, slice.profile)),
                    gpu_instance: Some(slice.gpu_instance),
                    compute_instance: Some(slice.compute_instance),
                    memory_used: Some(held + INSTANCE_OVERHEAD),
                    memory_total: Some(slice.memory),
                }
            })
            .collect();
    }

    fn processes(&self, index: u32, seconds: f64, phase: f64, utilization: f64) -> Vec<Process> {
        let mut processes: Vec<Process> = (0..)
            .zip(self.tenants)
            .map(|(place, tenant)| {
                let mut process = Process {
                    pid: 3311 + 211 * index + 37 * place,
                    name: Some(tenant.name.to_owned()),
                    command: Some(tenant.command.to_owned()),
                    user: Some(tenant.user.to_owned()),
                    kind: Some(tenant.kind),
                    used_memory: Some(tenant.memory_at(seconds, phase)),
                    gpu_instance: tenant.instance.map(|(gpu, _)| gpu),
                    compute_instance: tenant.instance.map(|(_, compute)| compute),
                    container: tenant.container.map(str::to_owned),
                    ..Process::default()
                };
                let share = match tenant.instance {
                    Some(_) => Err(Reason::HiddenByMig),
                    None => Ok(whole((tenant.share * utilization).floor())),
                };
                process.set(ProcessMetric::SmUtilization, |p| &mut p.sm_utilization, share);
                process
            })
            .collect();
        processes.sort_by(|a, b| b.used_memory.partial_cmp(&a.used_memory).unwrap_or(a.pid.cmp(&b.pid)));
        processes
    }
}

/// UUID of the GPU at this index.
pub(super) fn uuid(index: u32) -> String {
    format!("GPU-de30{index:04x}-0000-4000-8000-{index:012x}")
}

fn identity(model: &Model, index: u32) -> Gpu {
    // Eight to a board, at the addresses of a common one.
    let (board, bus) = (index / 8, 0x1B + 0x0D * (index % 8));
    Gpu {
        id: index,
        name: Some(model.name.to_owned()),
        uuid: Some(uuid(index)),
        pci_bus_id: Some(format!("{board:08X}:{bus:02X}:00.0")),
        driver_version: Some("580.65.06".to_owned()),
        cuda_version: Some(13_000),
        ..Gpu::default()
    }
}

/// MHz. Clocks come in steps.
fn at_work((rest, most): (u32, u32), share: Option<f64>) -> u32 {
    const STEP: f64 = 15.0;
    match share {
        None => rest,
        Some(share) if share >= 1.0 => most,
        Some(share) => whole((share * f64::from(most) / STEP).floor() * STEP),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; all are small")]
fn whole(value: f64) -> u32 {
    value.round() as u32
}
