//! What is measured on GPUs.

use std::fmt;

use prometheus_client::registry::Unit;

use super::{
    Label, Out,
    units::{flag, mebibytes, number, percent, ratio},
};
use crate::telemetry::{Gpu, GpuState, Limiter, RecoveryAction, Timestamp};

const MHZ: f64 = 1_000_000.0;

/// Index and UUID of each GPU, ready to be labels.
pub(super) struct Named<'a> {
    pub(super) gpu: &'a Gpu,
    index: String,
}

impl<'a> Named<'a> {
    pub(super) fn all(gpus: &'a [Gpu]) -> Vec<Self> {
        gpus.iter().map(|gpu| Self { gpu, index: gpu.id.to_string() }).collect()
    }

    /// The labels that all series of a GPU have.
    pub(super) fn labels(&self) -> Vec<Label<'_>> {
        vec![("gpu", self.index.as_str()), ("uuid", self.gpu.uuid.as_deref().unwrap_or_default())]
    }

    pub(super) fn with<'s>(&'s self, more: impl IntoIterator<Item = Label<'s>>) -> Vec<Label<'s>> {
        let mut labels = self.labels();
        labels.extend(more);
        labels
    }
}

/// Writes all that is known of `gpus` at `now`.
pub(super) fn write(out: &mut Out, gpus: &[Gpu], now: Timestamp, simulated: bool) -> fmt::Result {
    let named = Named::all(gpus);
    identity(out, &named, simulated)?;
    state(out, &named)?;
    plain(out, &named)?;
    clocks(out, &named)?;
    limiters(out, &named)?;
    counters(out, &named)?;
    instances(out, &named)?;
    let idle = named.iter().filter_map(|one| {
        let since = one.gpu.idle_since.map(crate::telemetry::Timestamp::millis);
        // A GPU that is known to be at work has been idle for no time.
        let millis =
            since.map(|since| now.millis().saturating_sub(since)).or(one.gpu.utilization.map(|_| 0))?;
        Some((one.labels(), seconds(millis)))
    });
    out.gauge(
        "gpu_idle",
        "Time for which the utilization has been 0, as far as it was watched.",
        Some(&Unit::Seconds),
        idle,
    )
}

fn seconds(millis: u64) -> f64 {
    number(millis) / 1000.0
}

fn identity(out: &mut Out, named: &[Named], simulated: bool) -> fmt::Result {
    let info = named.iter().map(|one| {
        let more = [
            ("name", one.gpu.name.as_deref().unwrap_or_default()),
            ("pci_bus_id", one.gpu.pci_bus_id.as_deref().unwrap_or_default()),
            ("driver_version", one.gpu.driver_version.as_deref().unwrap_or_default()),
        ];
        let invented = simulated.then_some(("simulated", "true"));
        (one.with(more.into_iter().chain(invented)), 1.0)
    });
    out.gauge("gpu_info", "What each GPU is; always 1.", None, info)
}

fn state(out: &mut Out, named: &[Named]) -> fmt::Result {
    const STATES: [(GpuState, &str); 4] = [
        (GpuState::Ok, "ok"),
        (GpuState::Lost, "lost"),
        (GpuState::Asleep, "asleep"),
        (GpuState::Unreadable, "unreadable"),
    ];
    let states = named.iter().flat_map(|one| {
        STATES.iter().map(move |(state, name)| (one.with([("state", *name)]), flag(one.gpu.state == *state)))
    });
    out.gauge("gpu_state", "1 for the state that the GPU is in.", None, states)?;
    let action =
        named.iter().filter_map(|one| Some((one.with([("action", action(one.gpu.recovery_action?))]), 1.0)));
    out.gauge("gpu_recovery_action", "What the driver asks to be done to the GPU; always 1.", None, action)
}

const fn action(action: RecoveryAction) -> &'static str {
    match action {
        RecoveryAction::None => "none",
        RecoveryAction::Reset => "reset",
        RecoveryAction::Reboot => "reboot",
        RecoveryAction::DrainP2p => "drain_p2p",
        RecoveryAction::DrainAndReset => "drain_and_reset",
        RecoveryAction::Other => "other",
    }
}

/// A gauge with one series per GPU.
struct Plain {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    read: fn(&Gpu) -> Option<f64>,
}

fn whole(value: Option<u32>) -> Option<f64> {
    value.map(f64::from)
}

fn bytes(value: Option<u64>) -> Option<f64> {
    value.map(number)
}

fn plain(out: &mut Out, named: &[Named]) -> fmt::Result {
    use Unit::{Bytes, Celsius};
    let watts = || Some(Unit::Other("watts".to_owned()));
    let of = |name, help, unit, read| Plain { name, help, unit, read };
    let all = [
        of(
            "gpu_utilization",
            "Share of the last sample period in which a kernel ran.",
            Some(ratio()),
            |gpu| percent(gpu.utilization),
        ),
        of(
            "gpu_memory_utilization",
            "Share of time in which the memory controller was busy.",
            Some(ratio()),
            |gpu| percent(gpu.memory_utilization),
        ),
        of("gpu_encoder_utilization", "Utilization of the video encoder.", Some(ratio()), |gpu| {
            percent(gpu.encoder_utilization)
        }),
        of("gpu_decoder_utilization", "Utilization of the video decoder.", Some(ratio()), |gpu| {
            percent(gpu.decoder_utilization)
        }),
        of("gpu_jpeg_utilization", "Utilization of the JPEG engine.", Some(ratio()), |gpu| {
            percent(gpu.jpeg_utilization)
        }),
        of("gpu_ofa_utilization", "Utilization of the optical flow accelerator.", Some(ratio()), |gpu| {
            percent(gpu.ofa_utilization)
        }),
        of("gpu_memory_total", "Memory in all.", Some(Bytes), |gpu| mebibytes(gpu.memory_total)),
        of("gpu_memory_used", "Memory in use, as nvidia-smi shows it.", Some(Bytes), |gpu| {
            mebibytes(gpu.memory_used)
        }),
        of("gpu_memory_free", "Memory that is free.", Some(Bytes), |gpu| mebibytes(gpu.memory_free)),
        of("gpu_memory_reserved", "Memory that driver and firmware keep.", Some(Bytes), |gpu| {
            mebibytes(gpu.memory_reserved)
        }),
        of("gpu_temperature", "Temperature of the core.", Some(Celsius), |gpu| whole(gpu.temperature)),
        of("gpu_memory_temperature", "Temperature of the memory.", Some(Celsius), |gpu| {
            whole(gpu.memory_temperature)
        }),
        of(
            "gpu_temperature_slowdown",
            "Temperature at which the driver slows the clocks.",
            Some(Celsius),
            |gpu| whole(gpu.temperature_slowdown),
        ),
        of("gpu_temperature_shutdown", "Temperature at which the GPU switches off.", Some(Celsius), |gpu| {
            whole(gpu.temperature_shutdown)
        }),
        of("gpu_power_usage", "Power that is drawn.", watts(), |gpu| gpu.power_usage),
        of("gpu_power_limit", "Power limit in force.", watts(), |gpu| gpu.power_limit),
        of("gpu_power_limit_default", "Power limit as the maker sets it.", watts(), |gpu| {
            gpu.power_limit_default
        }),
        of("gpu_power_limit_max", "Highest power limit that may be set.", watts(), |gpu| gpu.power_limit_max),
        of("gpu_fan_speed", "Intended speed of the fastest fan; may exceed 1.", Some(ratio()), |gpu| {
            percent(gpu.fan_speed)
        }),
        of("gpu_performance_state", "Performance state, 0 (most) to 15 (least).", None, |gpu| {
            whole(gpu.performance_state)
        }),
        of("gpu_pcie_link_generation", "Generation of the PCIe link now.", None, |gpu| {
            whole(gpu.pcie_generation)
        }),
        of("gpu_pcie_link_generation_max", "Highest generation that GPU and slot can.", None, |gpu| {
            whole(gpu.pcie_generation_max)
        }),
        of("gpu_pcie_link_lanes", "Lanes of the PCIe link now.", None, |gpu| whole(gpu.pcie_width)),
        of("gpu_pcie_link_lanes_max", "Most lanes that GPU and slot have.", None, |gpu| {
            whole(gpu.pcie_width_max)
        }),
        of("gpu_pcie_transmit_bytes_per_second", "PCIe traffic from the GPU.", None, |gpu| {
            bytes(gpu.pcie_tx)
        }),
        of("gpu_pcie_receive_bytes_per_second", "PCIe traffic to the GPU.", None, |gpu| bytes(gpu.pcie_rx)),
        of("gpu_ecc_enabled", "1 where ECC is on.", None, |gpu| gpu.ecc_enabled.map(flag)),
        of("gpu_remapped_rows", "Memory rows remapped for uncorrectable errors.", None, |gpu| {
            whole(gpu.remapped_rows)
        }),
        of("gpu_row_remapping_pending", "1 while a remapping waits for a reset.", None, |gpu| {
            gpu.remapping_pending.map(flag)
        }),
        of(
            "gpu_row_remapping_failed",
            "1 after a remapping failed: the card wants replacing.",
            None,
            |gpu| gpu.remapping_failed.map(flag),
        ),
        of("gpu_nvlinks_active", "NVLinks that are up.", None, |gpu| whole(gpu.nvlinks_active)),
        of("gpu_mig_enabled", "1 where MIG is on.", None, |gpu| gpu.mig_enabled.map(flag)),
        of("gpu_processes", "Processes on the GPU.", None, processes),
    ];
    for Plain { name, help, unit, read } in &all {
        let series = named.iter().filter_map(|one| Some((one.labels(), read(one.gpu)?)));
        out.gauge(name, help, unit.as_ref(), series)?;
    }
    Ok(())
}

fn processes(gpu: &Gpu) -> Option<f64> {
    let known = !gpu.unavailable.contains_key(&crate::telemetry::Metric::Processes);
    known.then(|| u32::try_from(gpu.processes.len()).map_or(f64::INFINITY, f64::from))
}

fn clocks(out: &mut Out, named: &[Named]) -> fmt::Result {
    type Read = fn(&Gpu) -> Option<u32>;
    const NOW: [(&str, Read); 4] = [
        ("graphics", |gpu| gpu.clock_graphics),
        ("sm", |gpu| gpu.clock_sm),
        ("memory", |gpu| gpu.clock_memory),
        ("video", |gpu| gpu.clock_video),
    ];
    const MOST: [(&str, Read); 3] = [
        ("graphics", |gpu| gpu.clock_graphics_max),
        ("sm", |gpu| gpu.clock_sm_max),
        ("memory", |gpu| gpu.clock_memory_max),
    ];
    let hertz = Unit::Other("hertz".to_owned());
    for (name, help, reads) in
        [("gpu_clock", "Clock now.", &NOW[..]), ("gpu_clock_max", "Highest clock.", &MOST[..])]
    {
        let series = named.iter().flat_map(|one| {
            let of = move |(clock, read): &(&'static str, Read)| {
                Some((one.with([("clock", *clock)]), f64::from(read(one.gpu)?) * MHZ))
            };
            reads.iter().filter_map(of)
        });
        out.gauge(name, help, Some(&hertz), series)?;
    }
    Ok(())
}

/// Limiters, as a label says them. Resting and what is set by hand are among them.
const LIMITERS: [(Limiter, &str); 9] = [
    (Limiter::Idle, "idle"),
    (Limiter::ClockSetting, "clock_setting"),
    (Limiter::PowerCap, "power_cap"),
    (Limiter::ThermalSoftware, "thermal_software"),
    (Limiter::ThermalHardware, "thermal_hardware"),
    (Limiter::PowerBrake, "power_brake"),
    (Limiter::HardwareSlowdown, "hardware_slowdown"),
    (Limiter::SyncBoost, "sync_boost"),
    (Limiter::Display, "display"),
];

fn limiters(out: &mut Out, named: &[Named]) -> fmt::Result {
    let active =
        named.iter().filter_map(|one| Some((one, one.gpu.limiters.as_ref()?))).flat_map(|(one, now)| {
            LIMITERS
                .iter()
                .map(move |(limiter, name)| (one.with([("limiter", *name)]), flag(now.contains(limiter))))
        });
    out.gauge("gpu_limiter_active", "1 for what holds the clock back now.", None, active)?;
    let shares = named.iter().filter_map(|one| Some((one, one.gpu.limiter_shares.as_ref()?))).flat_map(
        |(one, counted)| {
            LIMITERS.iter().filter_map(move |(limiter, name)| {
                let percent = counted.shares.get(limiter)?;
                Some((one.with([("limiter", *name)]), percent / 100.0))
            })
        },
    );
    let help = "Share of the last minute in which it held the clock back, by the driver's counters.";
    out.gauge("gpu_limiter_share", help, Some(&ratio()), shares)
}

fn counters(out: &mut Out, named: &[Named]) -> fmt::Result {
    let joules = Unit::Joules;
    let energy = named.iter().filter_map(|one| Some((one.labels(), one.gpu.energy?)));
    out.counter("gpu_energy", "Energy used since the driver was loaded.", Some(&joules), energy)?;
    let replays = named.iter().filter_map(|one| Some((one.labels(), f64::from(one.gpu.pcie_replays?))));
    out.counter("gpu_pcie_replays", "PCIe link replays since the driver was loaded.", None, replays)?;
    let ecc = named.iter().flat_map(|one| {
        [("corrected", one.gpu.ecc_corrected), ("uncorrected", one.gpu.ecc_uncorrected)]
            .into_iter()
            .filter_map(move |(kind, count)| Some((one.with([("type", kind)]), bytes(count)?)))
    });
    out.counter("gpu_ecc_errors", "ECC errors since the driver was loaded.", None, ecc)
}

/// MIG instances, by the driver's index.
fn instances(out: &mut Out, named: &[Named]) -> fmt::Result {
    let indices: Vec<Vec<String>> = named
        .iter()
        .map(|one| one.gpu.mig_instances.iter().map(|mig| mig.index.to_string()).collect())
        .collect();
    for (name, help, read) in [
        (
            "gpu_mig_memory_used",
            "Memory of a MIG instance in use.",
            (|mig| mig.memory_used) as fn(&crate::telemetry::MigInstance) -> Option<f64>,
        ),
        ("gpu_mig_memory_total", "Memory of a MIG instance in all.", |mig| mig.memory_total),
    ] {
        let series = named.iter().zip(&indices).flat_map(|(one, indices)| {
            one.gpu.mig_instances.iter().zip(indices).filter_map(move |(mig, index)| {
                let more = [
                    ("mig", index.as_str()),
                    ("mig_uuid", mig.uuid.as_deref().unwrap_or_default()),
                    ("profile", mig.name.as_deref().unwrap_or_default()),
                ];
                Some((one.with(more), mebibytes(read(mig))?))
            })
        });
        out.gauge(name, help, Some(&Unit::Bytes), series)?;
    }
    Ok(())
}
