use std::{collections::BTreeSet, time::Duration};

use super::*;
use crate::telemetry::{GpuState, Limiter, Metric, Reason};

const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// The scene, some seconds after its start.
fn at(scenario: DemoScenario, gpus: Option<u32>, seconds: f64) -> Vec<Gpu> {
    let start = Instant::now();
    let mut source = DemoSource::starting(scenario, gpus, start, START);
    source.read(start + Duration::from_secs_f64(seconds)).unwrap()
}

fn with_gpus() -> impl Iterator<Item = DemoScenario> {
    DemoScenario::ALL.into_iter().filter(|scenario| *scenario != DemoScenario::NoGpu)
}

/// Each scene at many times, some of them odd.
fn everything() -> impl Iterator<Item = (String, Gpu)> {
    let times = (0..150).map(|n| f64::from(n) * 1.37).chain([4000.5, 86_400.0, 3_000_000.1]);
    times.flat_map(|seconds| {
        DemoScenario::ALL.into_iter().flat_map(move |scenario| {
            let gpus = at(scenario, None, seconds).into_iter();
            gpus.map(move |gpu| (format!("{scenario}, GPU {}, {seconds} s", gpu.id), gpu))
        })
    })
}

#[test]
fn a_scene_runs_the_same_way_each_time() {
    for scenario in with_gpus() {
        assert_eq!(at(scenario, None, 33.3), at(scenario, None, 33.3));
        assert_ne!(at(scenario, None, 33.3), at(scenario, None, 34.3));
    }
    let start = Instant::now();
    let mut source = DemoSource::starting(DemoScenario::Work, None, start, START);
    let early = source.read(start + Duration::from_secs(5)).unwrap();
    source.read(start + Duration::from_secs(900)).unwrap();
    assert_eq!(source.read(start + Duration::from_secs(5)).unwrap(), early, "no memory of other times");
}

#[test]
fn a_value_is_there_or_has_a_reason() {
    for (place, gpu) in everything() {
        for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
            assert_ne!(gpu.has(*metric), gpu.unavailable.contains_key(metric), "{place}, {metric:?}");
        }
        for process in &gpu.processes {
            let json = serde_json::to_value(process).unwrap();
            for (name, value) in json.as_object().unwrap() {
                assert_eq!(value.is_null(), json["unavailable"].get(name).is_some(), "{place}, {name}");
            }
        }
    }
}

#[test]
fn memory_adds_up() {
    for (place, gpu) in everything().filter(|(_, gpu)| gpu.state == GpuState::Ok) {
        let (used, total) = (gpu.memory_used.unwrap(), gpu.memory_total.unwrap());
        let rest = gpu.memory_free.unwrap() + gpu.memory_reserved.unwrap_or_default();
        assert!((used + rest - total).abs() < 0.001 && gpu.memory_free.unwrap() > 0.0, "{place}");
        let of_processes: f64 = gpu.processes.iter().map(|p| p.used_memory.unwrap()).sum();
        assert!(of_processes <= used && gpu.processes.iter().all(|p| p.used_memory > Some(0.0)), "{place}");
        assert!(gpu.processes.is_sorted_by(|a, b| a.used_memory >= b.used_memory), "{place}");
    }
}

#[test]
fn shares_stay_below_a_hundred() {
    for (place, gpu) in everything() {
        let shares = [
            gpu.utilization,
            gpu.memory_utilization,
            gpu.fan_speed,
            gpu.encoder_utilization,
            gpu.decoder_utilization,
        ];
        assert!(shares.into_iter().flatten().all(|share| share <= 100), "{place}");
        let of_processes: u32 = gpu.processes.iter().filter_map(|p| p.sm_utilization).sum();
        assert!(of_processes <= gpu.utilization.unwrap_or_default(), "{place}");
    }
}

#[test]
fn power_heat_and_clocks_stay_possible() {
    for (place, gpu) in everything().filter(|(_, gpu)| gpu.state == GpuState::Ok) {
        let power = gpu.power_usage.unwrap();
        assert!(power > 0.0 && power <= gpu.power_limit.unwrap_or(f64::MAX), "{place}: {power} W");
        assert!(gpu.power_limit <= gpu.power_limit_max, "{place}");
        let heat = gpu.temperature.unwrap();
        assert!((20..gpu.temperature_shutdown.unwrap()).contains(&heat), "{place}: {heat} degrees");
        assert!(gpu.clock_graphics <= gpu.clock_graphics_max && gpu.clock_graphics > Some(0), "{place}");
        assert!(gpu.clock_memory <= gpu.clock_memory_max, "{place}");
        let limiters = gpu.limiters.unwrap();
        let held = limiters.iter().any(|limiter| limiter.is_alarm());
        assert!(!held || gpu.clock_graphics < gpu.clock_graphics_max, "{place}: held back at full speed");
        assert!(!limiters.contains(&Limiter::Idle) || gpu.utilization.unwrap_or_default() == 0, "{place}");
    }
}

#[test]
fn energy_rises_about_as_power_says() {
    for scenario in [DemoScenario::Work, DemoScenario::IdleHog, DemoScenario::Unified] {
        let (early, late) = (at(scenario, None, 0.0), at(scenario, None, 600.0));
        for (early, late) in early.iter().zip(&late) {
            let mean = (late.energy.unwrap() - early.energy.unwrap()) / 600.0;
            let power: f64 = (0..600)
                .map(|n| at(scenario, None, f64::from(n))[early.id as usize].power_usage.unwrap() / 600.0)
                .sum();
            assert!((mean / power - 1.0).abs() < 0.1, "{scenario}: {mean} W and {power} W");
        }
    }
}

#[test]
fn identities_and_pids_are_unique() {
    for scenario in with_gpus() {
        let gpus = at(scenario, Some(64), 7.0);
        let keys: BTreeSet<_> = gpus.iter().map(Gpu::key).collect();
        let buses: BTreeSet<_> = gpus.iter().map(|gpu| gpu.pci_bus_id.clone()).collect();
        let pids: BTreeSet<_> = gpus.iter().flat_map(|gpu| &gpu.processes).map(|p| p.pid).collect();
        let processes: usize = gpus.iter().map(|gpu| gpu.processes.len()).sum();
        assert_eq!((keys.len(), buses.len(), pids.len()), (64, 64, processes), "{scenario}");
    }
}

#[test]
fn the_count_can_be_chosen() {
    for (asked, given) in
        [(None, 8), (Some(1), 1), (Some(12), 12), (Some(64), 64), (Some(0), 1), (Some(99), 64)]
    {
        let gpus = at(DemoScenario::Work, asked, 1.0);
        assert_eq!(gpus.len(), given, "{asked:?}");
        assert!((0..).zip(&gpus).all(|(index, gpu)| gpu.id == index));
    }
    let gpus = at(DemoScenario::IdleHog, Some(4), 1.0);
    assert_eq!(gpus[1].memory_used, gpus[3].memory_used, "the scene repeats");
}

#[test]
fn work_shows_a_hog_and_a_capped_gpu_and_no_fan() {
    let mut capped = 0;
    for second in 0..600 {
        let gpus = at(DemoScenario::Work, None, f64::from(second));
        assert_eq!(gpus[3].utilization, Some(0));
        assert_eq!(gpus[3].processes[0].user.as_deref(), Some("bob"));
        assert!(gpus.iter().all(|gpu| gpu.unavailable[&Metric::FanSpeed] == Reason::NotSupported));
        assert!((82..=84).contains(&gpus[5].temperature.unwrap()), "{:?}", gpus[5].temperature);
        for gpu in &gpus {
            let held = gpu.limiters.as_ref().unwrap().contains(&Limiter::PowerCap);
            assert!(!held || gpu.id == 5);
            capped += u32::from(held);
        }
    }
    assert!((400..600).contains(&capped), "capped for {capped} of 600 s");
}

#[test]
fn throttle_shows_each_alarm() {
    let seen: BTreeSet<Limiter> = (0..180)
        .flat_map(|second| at(DemoScenario::Throttle, None, f64::from(second)))
        .flat_map(|gpu| {
            let limiters = gpu.limiters.unwrap();
            assert!(gpu.id != 0 || limiters.is_empty(), "the first is free: {limiters:?}");
            limiters
        })
        .collect();
    let all = [Limiter::PowerCap, Limiter::ThermalSoftware, Limiter::ThermalHardware, Limiter::PowerBrake];
    assert_eq!(seen, BTreeSet::from(all));
}

#[test]
fn the_idle_hog_has_fans_and_holds_memory() {
    let gpus = at(DemoScenario::IdleHog, None, 100.0);
    assert!(gpus[0].fan_speed > Some(30));
    assert_eq!((gpus[1].utilization, gpus[1].fan_speed), (Some(0), Some(0)));
    assert!(gpus[1].processes[0].used_memory > Some(20_000.0));
}

#[test]
fn instances_share_their_gpus_memory() {
    for second in 0..100 {
        let gpus = at(DemoScenario::Mig, None, f64::from(second));
        let cut = &gpus[0];
        assert_eq!(cut.unavailable[&Metric::Utilization], Reason::HiddenByMig);
        let shared: Vec<_> = cut.mig_instances.iter().filter(|i| i.gpu_instance == Some(3)).collect();
        assert_eq!(shared.len(), 2);
        assert_eq!(shared[0].memory_used, shared[1].memory_used);
        assert!(cut.mig_instances.iter().all(|i| i.memory_used < i.memory_total));
        let total: f64 = [0, 1, 3].iter().map(|i| cut.mig_instances[*i].memory_total.unwrap()).sum();
        assert!(total < cut.memory_total.unwrap());
        assert!(cut.processes.iter().all(|process| process.gpu_instance.is_some()));
        assert!(gpus[1].utilization > Some(0) && gpus[1].mig_instances.is_empty());
    }
}

#[test]
fn the_lost_gpu_comes_back() {
    for (second, lost) in
        [(0, false), (19, false), (20, true), (39, true), (40, false), (60, false), (80, true)]
    {
        let gpus = at(DemoScenario::Lost, None, f64::from(second));
        let gpu = &gpus[3];
        assert_eq!(gpu.state == GpuState::Lost, lost, "{second} s");
        assert_eq!(gpu.name.as_deref(), Some("NVIDIA H100 80GB HBM3"));
        assert!(gpus.iter().all(|other| other.id == 3 || other.state == GpuState::Ok));
        if lost {
            assert_eq!((gpu.utilization, gpu.processes.len()), (None, 0));
            assert_eq!(gpu.unavailable[&Metric::Utilization], Reason::Lost);
            let since = START.millis() + 1000 * u64::from(if second > 60 { 80_u32 } else { 20 });
            assert_eq!(gpu.state_since, Some(Timestamp::from_millis(since)));
            assert!(gpu.state_detail.is_some());
        } else {
            assert_eq!((gpu.state_since, gpu.state_detail.as_ref()), (None, None));
        }
    }
    assert_eq!(at(DemoScenario::Lost, Some(2), 25.0)[1].state, GpuState::Lost);
}

#[test]
fn unified_memory_is_the_hosts() {
    let gpu = &at(DemoScenario::Unified, None, 3.0)[0];
    assert!(gpu.memory_unified && gpu.memory_reserved.is_none());
    assert!(at(DemoScenario::Work, None, 3.0).iter().all(|gpu| !gpu.memory_unified));
}

/// What is announced in these seconds after the start, told in several readings.
fn announced(scenario: DemoScenario, gpus: Option<u32>, seconds: &[u64]) -> Vec<(u32, u64)> {
    let start = Instant::now();
    let mut source = DemoSource::starting(scenario, gpus, start, START);
    let mut told = Vec::new();
    for second in seconds {
        source.read(start + Duration::from_secs(*second)).unwrap();
        told.extend(source.events());
    }
    let keys: BTreeSet<_> = at(scenario, gpus, 0.0).iter().map(Gpu::key).collect();
    assert!(told.iter().all(|event| keys.contains(event.gpu.as_ref().unwrap())));
    let seconds = |event: &Event| (event.time.millis() + 240_000 - START.millis()) / 1000;
    told.iter().map(|event| (event.xid.unwrap(), seconds(event))).collect()
}

#[test]
fn each_event_is_announced_once() {
    let lost = announced(DemoScenario::Lost, None, &[0, 19, 20, 21, 79, 80, 200]);
    assert_eq!(lost, [(79, 260), (79, 320), (79, 380), (79, 440)]);
    assert_eq!(announced(DemoScenario::Work, Some(2), &[0, 1, 700]), [(31, 0), (31, 900)]);
    assert_eq!(announced(DemoScenario::Faulty, None, &[5, 100_000]), [(48, 0)]);
    assert_eq!(announced(DemoScenario::Mig, None, &[0, 100_000]), []);
}

#[test]
fn limiters_have_their_share_of_the_last_minute() {
    let gpus = at(DemoScenario::Work, None, 90.0);
    let capped = gpus[5].limiter_shares.as_ref().unwrap();
    assert_eq!(capped.seconds, 60);
    assert!((50.0..100.0).contains(&capped.shares[&Limiter::PowerCap]), "{capped:?}");
    assert_eq!(at(DemoScenario::Work, None, 0.2)[5].unavailable[&Metric::LimiterShares], Reason::Pending);
}

#[test]
fn the_sleeper_wakes_up_now_and_then() {
    for (second, asleep) in [(0, true), (44, true), (45, false), (60, true)] {
        let gpus = at(DemoScenario::Asleep, None, f64::from(second));
        assert_eq!(gpus[0].state, GpuState::Ok);
        assert_eq!(gpus[1].state == GpuState::Asleep, asleep, "{second} s");
        assert_eq!(gpus[1].unavailable.get(&Metric::Utilization) == Some(&Reason::Asleep), asleep);
    }
}

#[test]
fn each_fault_is_seen() {
    let gpus = at(DemoScenario::Faulty, None, 30.0);
    assert_eq!((gpus[0].ecc_uncorrected, gpus[0].remapping_pending), (Some(3), Some(true)));
    assert_eq!(gpus[1].remapping_failed, Some(true));
    assert!(gpus[2].pcie_width < gpus[2].pcie_width_max && gpus[2].utilization > Some(50));
    assert_eq!((gpus[3].state, gpus[3].utilization), (GpuState::Unreadable, None));
}

#[test]
fn processes_of_instances_name_both() {
    let gpus = at(DemoScenario::Mig, None, 1.0);
    let on = |p: &crate::telemetry::Process| (p.gpu_instance, p.compute_instance);
    let instances: BTreeSet<_> =
        gpus[0].mig_instances.iter().map(|i| (i.gpu_instance, i.compute_instance)).collect();
    let used: BTreeSet<_> = gpus[0].processes.iter().map(on).collect();
    assert_eq!(used, instances);
}
