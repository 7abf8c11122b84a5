//! How long limiters have held the clocks back.

use std::time::Duration;

use super::{text, tree::Element};
use crate::{
    collect::{shares::Counters, source::Reading},
    telemetry::{Limiter, Reason},
};

/// By their names in the XML and by those in the help, which differ.
const KNOWN: [(&str, Limiter); 8] = [
    ("sw_power_cap", Limiter::PowerCap),
    ("sync_boost", Limiter::SyncBoost),
    ("sw_therm_slowdown", Limiter::ThermalSoftware),
    ("sw_thermal_slowdown", Limiter::ThermalSoftware),
    ("hw_therm_slowdown", Limiter::ThermalHardware),
    ("hw_thermal_slowdown", Limiter::ThermalHardware),
    ("hw_power_brake", Limiter::PowerBrake),
    ("hw_power_brake_slowdown", Limiter::PowerBrake),
];

/// The counters of a GPU in a listing; none while one of them cannot be read.
pub(super) fn listed(gpu: &Element) -> Reading<Counters> {
    let list = gpu.element("clocks_event_reasons_counters")?;
    if list.children.is_empty() {
        return Err(text::value(list.text()).err().unwrap_or(Reason::Error));
    }
    let mut counters = Counters::new();
    let mut refusal = Reason::NotReported;
    for counter in &list.children {
        let name = counter.name().trim_start_matches("clocks_event_reasons_counters_");
        let Some((_, limiter)) = KNOWN.iter().find(|(known, _)| *known == name) else { continue };
        match text::microseconds(counter.text()) {
            Ok(micros) => {
                counters.insert(*limiter, Duration::from_micros(micros));
            }
            Err(Reason::NotSupported) => refusal = Reason::NotSupported,
            Err(reason) => return Err(reason),
        }
    }
    if counters.is_empty() { Err(refusal) } else { Ok(counters) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counters: &str) -> Reading<Counters> {
        let list = "clocks_event_reasons_counters";
        let part = |(name, value): (&str, &str)| format!("<{list}_{name}>{value}</{list}_{name}>");
        let parts: String = counters.split(';').filter_map(|part| part.split_once('=')).map(part).collect();
        listed(&Element::root(&format!("<gpu><{list}>{parts}</{list}></gpu>")).unwrap())
    }

    #[test]
    fn known_counters_are_read_with_their_unit() {
        let counters =
            of("sw_power_cap=4251825415 us;hw_therm_slowdown=7 us;moon=9 us;sync_boost=N/A").unwrap();
        let expected = [
            (Limiter::PowerCap, Duration::from_micros(4_251_825_415)),
            (Limiter::ThermalHardware, Duration::from_micros(7)),
        ];
        assert_eq!(counters, Counters::from(expected));
        // Twelve days, which is more than other figures come to.
        assert!(of("sw_power_cap=1036800000000 us").is_ok());
    }

    #[test]
    fn no_counter_is_not_zero() {
        assert_eq!(of("sw_power_cap=N/A;sync_boost=N/A"), Err(Reason::NotSupported));
        assert_eq!(of("sw_power_cap=7 us;sync_boost=Unknown Error"), Err(Reason::Error));
        assert_eq!(of("sw_power_cap=7 ms"), Err(Reason::Error));
        assert_eq!(of("sw_power_cap=-7 us"), Err(Reason::Error));
        assert_eq!(of("moon=7 us"), Err(Reason::NotReported));
        assert_eq!(of(""), Err(Reason::NotReported));
        assert_eq!(listed(&Element::root("<gpu/>").unwrap()), Err(Reason::NotReported));
        let none = "<gpu><clocks_event_reasons_counters>N/A</clocks_event_reasons_counters></gpu>";
        assert_eq!(listed(&Element::root(none).unwrap()), Err(Reason::NotSupported));
    }
}
