//! What holds the clocks back.

use super::{
    raw,
    reason::Stop,
    visit::{Pace, Visit},
};
use crate::telemetry::{Limiter, Metric};

const BITS: [(u64, Limiter); 9] = [
    (0x001, Limiter::Idle),
    (0x002, Limiter::ClockSetting),
    (0x004, Limiter::PowerCap),
    (HARDWARE_SLOWDOWN, Limiter::HardwareSlowdown),
    (0x010, Limiter::SyncBoost),
    (0x020, Limiter::ThermalSoftware),
    (0x040, Limiter::ThermalHardware),
    (0x080, Limiter::PowerBrake),
    (0x100, Limiter::Display),
];

const HARDWARE_SLOWDOWN: u64 = 0x008;
/// Set together with the one above, as its causes.
const HARDWARE_CAUSES: u64 = 0x040 | 0x080;

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    visit.take(
        Pace::Sample,
        Metric::Limiters,
        |gpu| &mut gpu.limiters,
        |device| raw::limiters(device).map(named),
    )
}

fn named(mut bits: u64) -> Vec<Limiter> {
    if bits & HARDWARE_CAUSES != 0 {
        bits &= !HARDWARE_SLOWDOWN;
    }
    let known = BITS.iter().fold(0, |all, (bit, _)| all | bit);
    let other = (bits & !known != 0).then_some(Limiter::Other);
    BITS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, limiter)| *limiter).chain(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_has_a_name() {
        assert_eq!(named(0), []);
        assert_eq!(named(0x1), [Limiter::Idle]);
        assert_eq!(named(0x24), [Limiter::PowerCap, Limiter::ThermalSoftware]);
        assert_eq!(named(0x112), [Limiter::ClockSetting, Limiter::SyncBoost, Limiter::Display]);
        assert_eq!(named(1 << 40), [Limiter::Other]);
        assert_eq!(named((1 << 40) | (1 << 41) | 0x4), [Limiter::PowerCap, Limiter::Other]);
    }

    #[test]
    fn a_hardware_slowdown_goes_by_its_cause() {
        assert_eq!(named(0x008), [Limiter::HardwareSlowdown]);
        assert_eq!(named(0x048), [Limiter::ThermalHardware]);
        assert_eq!(named(0x088), [Limiter::PowerBrake]);
    }
}
