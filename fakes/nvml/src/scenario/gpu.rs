//! One GPU.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Bar1, Clocks, Ecc, Event, Given, Maybe, Memory, Metric, Mig, NvLink, Pcie, PerSymbol, Process,
    RemappedRows, RetiredPages, Thresholds, Utilization, ViolationNs,
};
use crate::value::Value;

/// A GPU. What the file leaves out is that of a healthy H200 doing some work.
#[derive(Deserialize, Debug)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Gpu {
    pub(crate) name: Maybe<String>,
    pub(crate) name_bytes: Option<Vec<u8>>,
    pub(crate) uuid: Given<String>,
    pub(crate) serial: Given<String>,
    pub(crate) minor: Given<u32>,
    pub(crate) bus_id: Given<String>,
    pub(crate) pci_device_id: Metric,
    pub(crate) pci_subsystem_id: Metric,
    pub(crate) brand: Metric,
    pub(crate) architecture: Metric,
    pub(crate) vbios: Maybe<String>,
    pub(crate) compute_capability: Maybe<(i32, i32)>,
    pub(crate) persistence: Metric,
    pub(crate) compute_mode: Metric,

    pub(crate) utilization: Maybe<Utilization>,
    pub(crate) encoder: Metric,
    pub(crate) decoder: Metric,
    pub(crate) jpeg: Metric,
    pub(crate) ofa: Metric,
    pub(crate) memory: Maybe<Memory>,
    pub(crate) bar1: Maybe<Bar1>,

    pub(crate) temperature: Metric,
    pub(crate) memory_temperature: Metric,
    pub(crate) thresholds: Maybe<Thresholds>,
    pub(crate) fans: Vec<Metric>,
    pub(crate) fan_rpm: Vec<Metric>,

    pub(crate) power_milliwatts: Metric,
    pub(crate) power_limit_milliwatts: Metric,
    pub(crate) power_default_limit_milliwatts: Metric,
    pub(crate) power_min_limit_milliwatts: Metric,
    pub(crate) power_max_limit_milliwatts: Metric,
    pub(crate) enforced_power_limit_milliwatts: Given<Value>,
    pub(crate) energy_millijoules: Metric,

    pub(crate) clocks: Maybe<Clocks>,
    pub(crate) max_clocks: Maybe<Clocks>,
    pub(crate) pstate: Metric,
    pub(crate) throttle_reasons: Metric,
    pub(crate) supported_throttle_reasons: Metric,
    pub(crate) violation_ns: Maybe<ViolationNs>,

    pub(crate) pcie: Maybe<Pcie>,
    pub(crate) nvlink: Maybe<NvLink>,

    pub(crate) ecc: Maybe<Ecc>,
    pub(crate) remapped_rows: Maybe<RemappedRows>,
    pub(crate) retired_pages: Maybe<RetiredPages>,
    pub(crate) recovery_action: Metric,

    pub(crate) mig: Maybe<Mig>,
    pub(crate) processes: Vec<Process>,
    pub(crate) process_burst: usize,
    pub(crate) fields: BTreeMap<u32, Metric>,
    pub(crate) event_types: Metric,
    pub(crate) events: Vec<Event>,

    lost_at: Option<f64>,
    back_at: Option<f64>,
    pub(crate) errors: PerSymbol,
    pub(crate) delays_ms: PerSymbol,
}

impl Default for Gpu {
    fn default() -> Self {
        Self {
            name: Maybe::some("NVIDIA H200".into()),
            name_bytes: None,
            uuid: Given::Absent,
            serial: Given::Absent,
            minor: Given::Absent,
            bus_id: Given::Absent,
            pci_device_id: f64::from(0x2335_10de).into(),
            pci_subsystem_id: f64::from(0x18be_10de).into(),
            brand: 14.0.into(),
            architecture: 9.0.into(),
            vbios: Maybe::some("96.00.99.00.01".into()),
            compute_capability: Maybe::some((9, 0)),
            persistence: 1.0.into(),
            compute_mode: 0.0.into(),
            utilization: Maybe::some(Utilization::default()),
            encoder: 0.0.into(),
            decoder: 0.0.into(),
            jpeg: 0.0.into(),
            ofa: 0.0.into(),
            memory: Maybe::some(Memory::default()),
            bar1: Maybe::some(Bar1::default()),
            temperature: 48.0.into(),
            memory_temperature: 57.0.into(),
            thresholds: Maybe::some(Thresholds::default()),
            fans: Vec::new(),
            fan_rpm: Vec::new(),
            power_milliwatts: 310_000.0.into(),
            power_limit_milliwatts: 700_000.0.into(),
            power_default_limit_milliwatts: 700_000.0.into(),
            power_min_limit_milliwatts: 200_000.0.into(),
            power_max_limit_milliwatts: 700_000.0.into(),
            enforced_power_limit_milliwatts: Given::Absent,
            energy_millijoules: 86_400_000.0.into(),
            clocks: Maybe::some(Clocks::default()),
            max_clocks: Maybe::some(Clocks::default()),
            pstate: 0.0.into(),
            throttle_reasons: 0.0.into(),
            supported_throttle_reasons: f64::from(0x1ff).into(),
            violation_ns: Maybe::some(ViolationNs::default()),
            pcie: Maybe::some(Pcie::default()),
            nvlink: Maybe::some(NvLink::default()),
            ecc: Maybe::some(Ecc::default()),
            remapped_rows: Maybe::some(RemappedRows::default()),
            retired_pages: Maybe::NONE,
            recovery_action: 0.0.into(),
            mig: Maybe::some(Mig::off()),
            processes: Vec::new(),
            process_burst: 0,
            fields: BTreeMap::new(),
            event_types: f64::from(0x11f).into(),
            events: Vec::new(),
            lost_at: None,
            back_at: None,
            errors: PerSymbol::new(),
            delays_ms: PerSymbol::new(),
        }
    }
}

impl Gpu {
    pub(crate) fn is_lost(&self, time: f64) -> bool {
        self.lost_at.is_some_and(|at| at <= time) && self.back_at.is_none_or(|at| time < at)
    }

    pub(crate) fn enforced_limit(&self) -> Metric {
        self.enforced_power_limit_milliwatts.or(&self.power_limit_milliwatts)
    }
}
