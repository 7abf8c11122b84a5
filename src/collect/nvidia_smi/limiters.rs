//! What holds the clocks back.

use super::{text, tree::Element};
use crate::{
    collect::source::Reading,
    telemetry::{Limiter, Reason},
};

/// Bit and name of each: in the mask of `--query-gpu`, in the XML.
const KNOWN: [(u64, &str, Limiter); 9] = [
    (0x001, "gpu_idle", Limiter::Idle),
    (0x002, "applications_clocks_setting", Limiter::ClockSetting),
    (0x004, "sw_power_cap", Limiter::PowerCap),
    (0x008, "hw_slowdown", Limiter::HardwareSlowdown),
    (0x010, "sync_boost", Limiter::SyncBoost),
    (0x020, "sw_thermal_slowdown", Limiter::ThermalSoftware),
    (0x040, "hw_thermal_slowdown", Limiter::ThermalHardware),
    (0x080, "hw_power_brake_slowdown", Limiter::PowerBrake),
    (0x100, "display_clocks_setting", Limiter::Display),
];

/// Stands for all that is not known.
const OTHER: u64 = 1 << 63;

/// Of a GPU in a listing.
pub(super) fn listed(gpu: &Element) -> Reading<Vec<Limiter>> {
    let reasons = match gpu.element("clocks_event_reasons") {
        Err(Reason::NotReported) => gpu.element("clocks_throttle_reasons")?,
        reasons => reasons?,
    };
    if reasons.children.is_empty() {
        return Err(text::value(reasons.text()).err().unwrap_or(Reason::Error));
    }
    let (mut bits, mut read, mut refusal) = (0, false, Reason::NotReported);
    for reason in &reasons.children {
        match text::flag(reason.text()) {
            Ok(active) => {
                read = true;
                bits |= if active { bit(reason.name()) } else { 0 };
            }
            // An older GPU has no such reason.
            Err(Reason::NotSupported) => refusal = Reason::NotSupported,
            Err(error) => return Err(error),
        }
    }
    if read { Ok(named(bits)) } else { Err(refusal) }
}

fn bit(name: &str) -> u64 {
    let name = name.trim_start_matches("clocks_event_reason_").trim_start_matches("clocks_throttle_reason_");
    KNOWN.iter().find(|(_, known, _)| *known == name).map_or(OTHER, |(bit, ..)| *bit)
}

/// Of a mask, `0x0000000000000004`.
pub(super) fn masked(mask: &str) -> Reading<Vec<Limiter>> {
    let digits = text::value(mask)?.strip_prefix("0x").ok_or(Reason::Error)?;
    u64::from_str_radix(digits, 16).map(named).map_err(|_| Reason::Error)
}

/// A hardware slowdown goes by its cause where that is told too.
fn named(mut bits: u64) -> Vec<Limiter> {
    if bits & 0x0c0 != 0 {
        bits &= !0x008;
    }
    let all = KNOWN.iter().fold(0, |all, (bit, ..)| all | bit);
    let other = (bits & !all != 0).then_some(Limiter::Other);
    KNOWN.iter().filter(|(bit, ..)| bits & bit != 0).map(|(.., limiter)| *limiter).chain(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(reasons: &str) -> Reading<Vec<Limiter>> {
        listed(&Element::root(&format!("<gpu>{reasons}</gpu>")).unwrap())
    }

    #[test]
    fn both_names_of_the_list_are_read() {
        for list in ["clocks_event_reason", "clocks_throttle_reason"] {
            let text = format!(
                "<{list}s><{list}_gpu_idle>Not Active</{list}_gpu_idle><{list}_sw_power_cap>Active</{list}_sw_power_cap>\
                 <{list}_hw_slowdown>Active</{list}_hw_slowdown>\
                 <{list}_hw_thermal_slowdown>Active</{list}_hw_thermal_slowdown><{list}_moon>Active</{list}_moon></{list}s>"
            );
            assert_eq!(of(&text), Ok(vec![Limiter::PowerCap, Limiter::ThermalHardware, Limiter::Other]));
        }
    }

    #[test]
    fn no_list_is_no_empty_list() {
        assert_eq!(of(""), Err(Reason::NotReported));
        assert_eq!(of("<clocks_event_reasons>N/A</clocks_event_reasons>"), Err(Reason::NotSupported));
        assert_eq!(of("<clocks_event_reasons/>"), Err(Reason::NotReported));
        assert_eq!(of("<clocks_event_reasons><a>N/A</a></clocks_event_reasons>"), Err(Reason::NotSupported));
        assert_eq!(of("<clocks_event_reasons><a>Not Active</a></clocks_event_reasons>"), Ok(vec![]));
        assert_eq!(
            of("<clocks_event_reasons><a>Unknown Error</a></clocks_event_reasons>"),
            Err(Reason::Error)
        );
    }

    #[test]
    fn masks_are_read() {
        assert_eq!(masked("0x0000000000000000"), Ok(vec![]));
        assert_eq!(masked("0x0000000000000044"), Ok(vec![Limiter::PowerCap, Limiter::ThermalHardware]));
        assert_eq!(masked("0x8000000000000001"), Ok(vec![Limiter::Idle, Limiter::Other]));
        assert_eq!(masked("[N/A]"), Err(Reason::NotSupported));
        assert_eq!(masked("4"), Err(Reason::Error));
    }
}
