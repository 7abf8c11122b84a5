//! Errors of single values, and of single GPUs.

use gpu_observatory::{
    collect::{NvmlSource, Source},
    telemetry::{Gpu, GpuState, Metric, Reason},
};
use serde_json::{Value, json};

use super::{Rig, explains_its_gaps};

/// Each function with what it alone tells.
const FUNCTIONS: [(&str, &[Metric]); 34] = [
    ("nvmlDeviceGetName", &[Metric::Name]),
    ("nvmlDeviceGetUUID", &[Metric::Uuid]),
    ("nvmlDeviceGetPciInfo_v3", &[Metric::PciBusId]),
    ("nvmlDeviceGetUtilizationRates", &[Metric::Utilization, Metric::MemoryUtilization]),
    ("nvmlDeviceGetEncoderUtilization", &[Metric::EncoderUtilization]),
    ("nvmlDeviceGetDecoderUtilization", &[Metric::DecoderUtilization]),
    ("nvmlDeviceGetJpgUtilization", &[Metric::JpegUtilization]),
    ("nvmlDeviceGetOfaUtilization", &[Metric::OfaUtilization]),
    ("nvmlDeviceGetTemperature", &[Metric::Temperature]),
    ("nvmlDeviceGetTemperatureThreshold", &[Metric::TemperatureSlowdown, Metric::TemperatureShutdown]),
    (
        "nvmlDeviceGetFieldValues",
        &[
            Metric::MemoryTemperature,
            Metric::PcieTx,
            Metric::PcieRx,
            Metric::LimiterShares,
            Metric::RecoveryAction,
        ],
    ),
    ("nvmlDeviceGetFieldValues/82", &[Metric::MemoryTemperature]),
    ("nvmlDeviceGetFieldValues/197", &[Metric::PcieTx]),
    ("nvmlDeviceGetFieldValues/198", &[Metric::PcieRx]),
    ("nvmlDeviceGetFieldValues/230", &[Metric::RecoveryAction]),
    ("nvmlDeviceGetPowerUsage", &[Metric::PowerUsage]),
    ("nvmlDeviceGetTotalEnergyConsumption", &[Metric::Energy]),
    ("nvmlDeviceGetPowerManagementDefaultLimit", &[Metric::PowerLimitDefault]),
    ("nvmlDeviceGetPowerManagementLimitConstraints", &[Metric::PowerLimitMax]),
    ("nvmlDeviceGetFanSpeed_v2", &[Metric::FanSpeed]),
    (
        "nvmlDeviceGetClockInfo",
        &[Metric::ClockGraphics, Metric::ClockSm, Metric::ClockMemory, Metric::ClockVideo],
    ),
    ("nvmlDeviceGetMaxClockInfo", &[Metric::ClockGraphicsMax, Metric::ClockSmMax, Metric::ClockMemoryMax]),
    ("nvmlDeviceGetPerformanceState", &[Metric::PerformanceState]),
    ("nvmlDeviceGetCurrentClocksEventReasons", &[Metric::Limiters]),
    ("nvmlDeviceGetCurrPcieLinkGeneration", &[Metric::PcieGeneration]),
    ("nvmlDeviceGetCurrPcieLinkWidth", &[Metric::PcieWidth]),
    ("nvmlDeviceGetMaxPcieLinkGeneration", &[Metric::PcieGenerationMax]),
    ("nvmlDeviceGetMaxPcieLinkWidth", &[Metric::PcieWidthMax]),
    ("nvmlDeviceGetPcieReplayCounter", &[Metric::PcieReplays]),
    ("nvmlDeviceGetNvLinkState", &[Metric::NvlinksActive]),
    ("nvmlDeviceGetEccMode", &[Metric::EccEnabled]),
    ("nvmlDeviceGetTotalEccErrors", &[Metric::EccCorrected, Metric::EccUncorrected]),
    ("nvmlDeviceGetRemappedRows", &[Metric::RemappedRows, Metric::RemappingPending, Metric::RemappingFailed]),
    ("nvmlDeviceGetMigMode", &[Metric::MigEnabled]),
];

/// Return codes with what they mean for a value.
const CODES: [(u32, Reason); 17] = [
    (2, Reason::NotSupported),
    (3, Reason::NotSupported),
    (4, Reason::NoPermission),
    (6, Reason::NotSupported),
    (10, Reason::Timeout),
    (13, Reason::NotSupported),
    (14, Reason::Error),
    (17, Reason::NoPermission),
    (19, Reason::Error),
    (21, Reason::Error),
    (24, Reason::Error),
    (25, Reason::NotSupported),
    (26, Reason::NotSupported),
    (27, Reason::Error),
    (29, Reason::Error),
    (77, Reason::Error),
    (999, Reason::Error),
];

/// Two GPUs with fans, the second with these errors.
fn failing(errors: &Value) -> Value {
    let mut errors = errors.clone();
    // Asked only where the fields are not supported.
    errors["nvmlDeviceGetViolationStatus"] = json!(3);
    json!({"gpus": [{"fans": [50], "eventTypes": 0}, {"fans": [50], "eventTypes": 0, "errors": errors}]})
}

/// What a source reads first, and what without the error it would have read.
fn first_reading(rig: &Rig) -> Vec<Gpu> {
    let mut source = NvmlSource::open(Some(&rig.fake.path())).unwrap();
    let gpus = source.read(rig.now).unwrap();
    gpus.iter().for_each(explains_its_gaps);
    gpus
}

fn gaps(gpu: &Gpu, reason: Reason) -> Vec<Metric> {
    let counters = [Metric::PcieTx, Metric::PcieRx, Metric::LimiterShares];
    let pending = |metric: &Metric| counters.contains(metric) && gpu.unavailable[metric] == Reason::Pending;
    let gaps: Vec<_> = gpu.unavailable.keys().copied().filter(|metric| !pending(metric)).collect();
    for metric in &gaps {
        assert_eq!(gpu.unavailable[metric], reason, "{metric:?}");
    }
    gaps
}

#[test]
fn a_value_that_fails_costs_that_value() {
    let rig = Rig::new(&failing(&json!({})));
    for (function, metrics) in FUNCTIONS {
        for (code, reason) in [(3, Reason::NotSupported), (4, Reason::NoPermission), (999, Reason::Error)] {
            rig.fake.set(&failing(&json!({function: code})));
            let [sound, failing] = first_reading(&rig).try_into().unwrap();
            assert_eq!(gaps(&sound, reason), []);
            assert_eq!(failing.state, GpuState::Ok, "{function} {code}");
            let mut expected = metrics.to_vec();
            expected.sort();
            assert_eq!(gaps(&failing, reason), expected, "{function} {code}");
        }
    }
}

#[test]
fn every_code_has_its_meaning() {
    let rig = Rig::new(&failing(&json!({})));
    for (code, reason) in CODES {
        rig.fake.set(&failing(&json!({"nvmlDeviceGetTemperature": code})));
        let gpus = first_reading(&rig);
        assert_eq!(gaps(&gpus[1], reason), [Metric::Temperature], "{code}");
        assert_eq!(gpus[1].unavailable[&Metric::Temperature], reason, "{code}");
    }
}

#[test]
fn a_gpu_that_dies_costs_that_gpu_and_few_calls() {
    for (code, word) in [(8, "power"), (11, "interrupt"), (15, "bus"), (16, "reset")] {
        let rig = Rig::new(&failing(&json!({"nvmlDeviceGetUtilizationRates": code})));
        let [sound, dead] = first_reading(&rig).try_into().unwrap();
        assert_eq!(sound.state, GpuState::Ok);
        assert_eq!(dead.state, GpuState::Lost, "{code}");
        assert!(dead.state_detail.clone().unwrap().contains(word), "{:?}", dead.state_detail);
        assert!(dead.name.is_some() && dead.uuid.is_some(), "it is known who died");
        for metric in Metric::MEASURED {
            assert_eq!(dead.unavailable[metric], Reason::Lost, "{metric:?}");
        }
        // Nothing was asked of it after the call that told.
        assert_eq!(rig.fake.calls(Some("nvmlDeviceGetTemperature")), 1);
    }
}

#[test]
fn a_gpu_that_cannot_be_opened_costs_that_gpu() {
    for (code, state, reason) in [
        (4, GpuState::Unreadable, Reason::NoPermission),
        (15, GpuState::Lost, Reason::Lost),
        (999, GpuState::Unreadable, Reason::Error),
        (2, GpuState::Unreadable, Reason::Error),
    ] {
        let rig = Rig::new(&failing(&json!({"nvmlDeviceGetHandleByIndex_v2": code})));
        let [sound, closed] = first_reading(&rig).try_into().unwrap();
        assert_eq!(sound.state, GpuState::Ok);
        assert_eq!((closed.id, closed.state), (1, state), "{code}");
        assert_eq!(closed.unavailable[&Metric::Utilization], reason);
        assert_eq!(closed.unavailable[&Metric::Uuid], reason);
        assert!(closed.driver_version.is_some());
    }
}

#[test]
fn a_gpu_that_tells_nothing_at_all_says_so() {
    let errors: serde_json::Map<_, _> =
        FUNCTIONS.iter().map(|(function, _)| ((*function).to_owned(), json!(999))).collect();
    let mut errors = Value::Object(errors);
    for function in
        ["nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetEnforcedPowerLimit"]
    {
        errors[function] = json!(999);
    }
    let mut rig = Rig::new(&failing(&errors));
    assert_eq!(rig.read()[1].state, GpuState::Unreadable);
    let before = rig.calls();
    assert_eq!(rig.read()[1].state, GpuState::Unreadable);
    let sound = 19;
    assert_eq!(rig.calls() - before, 1 + sound, "the driver is left alone for a second");
    rig.fake.set(&failing(&json!({})));
    let gpu = rig.later(1).read().remove(1);
    assert_eq!(gpu.state, GpuState::Ok);
    assert!(gpu.name.is_some() && gpu.utilization.is_some());
}

#[test]
fn a_driver_that_is_gone_is_an_error_of_the_source() {
    for (code, word) in [(1, "shut down"), (9, "not loaded"), (18, "different versions"), (28, "no GPU")] {
        for function in ["nvmlDeviceGetCount_v2", "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetPowerUsage"]
        {
            let mut rig = Rig::new(&failing(&json!({})));
            rig.fake.set(&json!({"errors": {function: code}}));
            let error = rig.source.read(rig.now).unwrap_err();
            assert!(error.reason.contains(word), "{function} {code}: {error}");
        }
    }
}

#[test]
fn a_count_that_fails_once_costs_nothing() {
    let mut rig = Rig::new(&json!({}));
    assert_eq!(rig.read().len(), 2);
    rig.fake.set(&json!({"errors": {"nvmlDeviceGetCount_v2": 999}}));
    let gpus = rig.later(1).read();
    assert_eq!(gpus.iter().filter(|gpu| gpu.state == GpuState::Ok).count(), 2);
    let mut fresh = NvmlSource::open(Some(&rig.fake.path())).unwrap();
    assert!(fresh.read(rig.now).unwrap_err().reason.contains("how many"));
}
