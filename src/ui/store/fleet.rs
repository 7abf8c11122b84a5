//! Sums over all GPUs. Pure.

use crate::telemetry::{Gpu, GpuState, Limiter};

/// What the strip on top says. A sum counts only GPUs that report its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fleet {
    /// GPUs in all.
    pub gpus: usize,
    /// GPUs that are lost.
    pub lost: usize,
    /// GPUs that cannot be read for another reason.
    pub unreadable: usize,
    /// GPUs that sleep.
    pub asleep: usize,
    /// Mean in %.
    pub utilization: Option<f64>,
    /// MiB used and in all.
    pub memory: Option<(f64, f64)>,
    /// W drawn.
    pub power: Option<f64>,
    /// W allowed, where every GPU in `power` has a limit.
    pub power_limit: Option<f64>,
    /// GPUs at their power limit; `None` where no GPU tells its limiters.
    pub capped: Option<usize>,
    /// The hottest GPU.
    pub hottest: Option<Hottest>,
    /// Utilization, GPU by GPU.
    pub columns: Vec<Column>,
}

/// A GPU's utilization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// %.
    Percent(u32),
    /// Not known.
    Unknown,
    /// The GPU is lost.
    Lost,
}

/// The hottest GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hottest {
    /// Its index.
    pub id: u32,
    /// °C.
    pub temperature: u32,
    /// °C at which it slows down.
    pub slowdown: Option<u32>,
}

/// °C below the slowdown threshold from which a temperature is worth a look.
const NEAR: u32 = 5;

/// Whether a temperature in °C is worth a look.
#[must_use]
pub fn is_hot(temperature: u32, slowdown: Option<u32>) -> bool {
    slowdown.is_some_and(|slowdown| temperature + NEAR >= slowdown)
}

impl Hottest {
    /// Whether it is worth a look.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        is_hot(self.temperature, self.slowdown)
    }
}

impl Fleet {
    /// Sums up.
    #[must_use]
    pub fn of(gpus: &[Gpu]) -> Self {
        let mut fleet = Self { gpus: gpus.len(), ..Self::default() };
        let (mut busy, mut readings) = (0.0, 0.0);
        let mut limit = Some(0.0);
        for gpu in gpus {
            let lost = gpu.state == GpuState::Lost;
            match gpu.state {
                GpuState::Ok => {}
                GpuState::Lost => fleet.lost += 1,
                GpuState::Unreadable => fleet.unreadable += 1,
                GpuState::Asleep => fleet.asleep += 1,
            }
            fleet.columns.push(match gpu.utilization {
                Some(percent) => Column::Percent(percent),
                None if lost => Column::Lost,
                None => Column::Unknown,
            });
            if let Some(utilization) = gpu.utilization {
                busy += f64::from(utilization);
                readings += 1.0;
            }
            if let (Some(used), Some(total)) = (gpu.memory_used, gpu.memory_total) {
                let sum = fleet.memory.get_or_insert((0.0, 0.0));
                sum.0 += used;
                sum.1 += total;
            }
            if let Some(watts) = gpu.power_usage {
                *fleet.power.get_or_insert(0.0) += watts;
                limit = limit.zip(gpu.power_limit).map(|(sum, watts)| sum + watts);
            }
            if let Some(limiters) = &gpu.limiters {
                *fleet.capped.get_or_insert(0) += usize::from(limiters.contains(&Limiter::PowerCap));
            }
            if let Some(temperature) = gpu.temperature
                && fleet.hottest.is_none_or(|hottest| temperature > hottest.temperature)
            {
                fleet.hottest = Some(Hottest { id: gpu.id, temperature, slowdown: gpu.temperature_slowdown });
            }
        }
        fleet.utilization = (readings > 0.0).then(|| busy / readings);
        fleet.power_limit = limit.filter(|_| fleet.power.is_some());
        fleet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu(id: u32, utilization: Option<u32>) -> Gpu {
        Gpu { id, utilization, ..Gpu::default() }
    }

    #[test]
    fn the_mean_leaves_out_what_is_unknown() {
        let fleet = Fleet::of(&[gpu(0, Some(100)), gpu(1, None), gpu(2, Some(50))]);
        assert_eq!(fleet.utilization, Some(75.0));
        assert_eq!(Fleet::of(&[gpu(0, None)]).utilization, None);
    }

    #[test]
    fn memory_needs_both_halves() {
        let full = Gpu { memory_used: Some(10.0), memory_total: Some(40.0), ..Gpu::default() };
        let half = Gpu { memory_used: Some(10.0), ..Gpu::default() };
        assert_eq!(Fleet::of(&[full.clone(), half, full]).memory, Some((20.0, 80.0)));
    }

    #[test]
    fn a_limit_is_said_only_where_all_have_one() {
        let limited = Gpu { power_usage: Some(300.0), power_limit: Some(350.0), ..Gpu::default() };
        let free = Gpu { power_usage: Some(30.0), ..Gpu::default() };
        let silent = Gpu { power_limit: Some(350.0), ..Gpu::default() };
        let fleet = Fleet::of(&[limited.clone(), silent]);
        assert_eq!((fleet.power, fleet.power_limit), (Some(300.0), Some(350.0)));
        let fleet = Fleet::of(&[limited, free.clone()]);
        assert_eq!((fleet.power, fleet.power_limit), (Some(330.0), None));
        assert_eq!(Fleet::of(&[]).power_limit, None);
    }

    #[test]
    fn the_hottest_is_worth_a_look_near_its_slowdown() {
        let warm = |id, temperature, slowdown| Gpu {
            id,
            temperature: Some(temperature),
            temperature_slowdown: slowdown,
            ..Gpu::default()
        };
        let fleet = Fleet::of(&[warm(0, 70, Some(75)), warm(1, 83, Some(87)), warm(2, 83, None)]);
        assert_eq!(fleet.hottest, Some(Hottest { id: 1, temperature: 83, slowdown: Some(87) }));
        assert!(is_hot(82, Some(87)) && !is_hot(81, Some(87)) && !is_hot(99, None));
    }

    #[test]
    fn lost_and_capped_are_counted() {
        let lost = Gpu { state: GpuState::Lost, ..Gpu::default() };
        let capped = Gpu { limiters: Some(vec![Limiter::PowerCap]), ..Gpu::default() };
        let fleet = Fleet::of(&[lost.clone(), capped]);
        assert_eq!((fleet.lost, fleet.unreadable, fleet.asleep, fleet.capped), (1, 0, 0, Some(1)));
        assert_eq!(fleet.columns, [Column::Lost, Column::Unknown]);
        assert_eq!(Fleet::of(&[lost]).capped, None);
    }

    #[test]
    fn each_state_is_counted_apart() {
        let states = [GpuState::Asleep, GpuState::Ok, GpuState::Unreadable, GpuState::Asleep];
        let fleet = Fleet::of(&states.map(|state| Gpu { state, ..Gpu::default() }));
        assert_eq!((fleet.gpus, fleet.lost, fleet.unreadable, fleet.asleep), (4, 0, 1, 2));
    }
}
