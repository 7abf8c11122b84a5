//! Power, heat and clocks that follow from the work.

use super::{curve::wave, slot::Slot};
use crate::telemetry::Limiter;

/// What a GPU does at one instant.
#[derive(Debug)]
pub(super) struct Operation {
    /// %.
    pub(super) utilization: f64,
    /// W.
    pub(super) power: f64,
    /// °C.
    pub(super) temperature: f64,
    /// Share of the highest clock; `None` at rest.
    pub(super) clock: Option<f64>,
    /// What holds the clock back.
    pub(super) limiters: Vec<Limiter>,
}

/// °C below the slowdown threshold at which the driver begins to slow the clocks.
const HEADROOM: f64 = 2.0;
/// °C by which the work may overheat a GPU until the driver's slowdown is not enough.
const MANAGEABLE: f64 = 8.0;

impl Operation {
    pub(super) fn new(slot: &Slot, seconds: f64, phase: f64) -> Self {
        let utilization = slot.load.at(seconds, phase);
        let wanted = demand(slot, seconds, phase);
        let mut power = limited(slot, wanted);
        let mut clock = 1.0;
        let mut limiters = Vec::new();
        if utilization < 0.5 {
            limiters.push(Limiter::Idle);
        } else if wanted > power {
            limiters.push(Limiter::PowerCap);
            clock = (power / wanted).sqrt();
            // The control loop hunts just below its limit.
            power *= 0.996 + 0.004 * wave(seconds, 3.0, phase);
        }

        let ambient = slot.model.ambient;
        let slowdown = f64::from(slot.model.slowdown);
        let mut temperature = ambient + slot.heating * lately(slot, seconds, phase);
        let hottest = slowdown - HEADROOM;
        if temperature > hottest {
            let cooler = (hottest - ambient) / (temperature - ambient);
            power *= cooler;
            clock *= cooler;
            if temperature > hottest + MANAGEABLE {
                limiters.push(Limiter::ThermalHardware);
                clock *= 0.5;
                temperature = slowdown + 1.0;
            } else {
                limiters.push(Limiter::ThermalSoftware);
                temperature = hottest + (temperature - hottest) / MANAGEABLE;
            }
        }
        if slot.brake && seconds.rem_euclid(60.0) >= 45.0 {
            limiters.push(Limiter::PowerBrake);
            power *= 0.6;
            clock *= 0.6;
        }
        let clock = (utilization >= 0.5).then_some(clock);
        Self { utilization, power, temperature, clock, limiters }
    }
}

/// W that the work would draw if nothing held it back.
fn demand(slot: &Slot, seconds: f64, phase: f64) -> f64 {
    let load = slot.load.at(seconds, phase) / 100.0;
    let idle = slot.model.idle_power;
    let ripple = 1.0 + 0.015 * wave(seconds, 19.0, 3.0 * phase);
    (idle + (slot.draw - idle) * load) * ripple
}

fn limited(slot: &Slot, watts: f64) -> f64 {
    slot.power_limit().map_or(watts, |limit| watts.min(limit))
}

/// W over the last half minute, the latest counting most: metal warms slowly.
fn lately(slot: &Slot, seconds: f64, phase: f64) -> f64 {
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for step in 0..10 {
        let then = seconds - 3.0 * f64::from(step);
        sum += weight * limited(slot, demand(slot, then, phase));
        weights += weight;
        weight *= 0.8;
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::demo::{
        curve::{Curve, Dip},
        model::H100,
    };

    #[test]
    fn heat_follows_power_late() {
        let dip = Dip { every: 1000.0, lasts: 10.0, depth: 100.0 };
        let load = Curve { level: 100.0, swing: 0.0, beat: 1.0, dip: Some(dip) };
        let slot = Slot { load, draw: 650.0, heating: 0.05, ..Slot::new(&H100) };
        let at = |seconds| Operation::new(&slot, seconds, 0.0);
        let (before, middle, after) = (at(999.0), at(1005.0), at(1010.0));
        assert!(middle.power < 0.3 * before.power);
        assert!(middle.temperature < before.temperature);
        assert!(after.power > 0.9 * before.power);
        assert!(after.temperature < before.temperature - 1.0, "still warming up");
    }

    #[test]
    fn what_is_held_back_says_by_what() {
        let hot = Slot { load: Curve::steady(98.0), draw: 690.0, heating: 0.085, ..Slot::new(&H100) };
        let at = Operation::new(&hot, 5.0, 0.0);
        assert_eq!(at.limiters, [Limiter::ThermalSoftware]);
        assert!((85.0..87.0).contains(&at.temperature) && at.clock < Some(1.0));
        let capped = Slot { draw: 900.0, heating: 0.05, ..hot };
        let at = Operation::new(&capped, 5.0, 0.0);
        assert_eq!(at.limiters, [Limiter::PowerCap]);
        assert!((690.0..=700.0).contains(&at.power) && at.clock < Some(0.95));
    }
}
