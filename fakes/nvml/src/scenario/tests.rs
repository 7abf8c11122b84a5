use super::*;
use crate::codes::NOT_SUPPORTED;

fn scenario(json: &str) -> Scenario {
    Scenario::parse(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn an_empty_file_is_two_healthy_gpus() {
    let scenario = scenario("{}");
    assert_eq!(scenario.gpu_count(0.0), 2);
    let gpu = scenario.gpu(0);
    assert_eq!(gpu.name.get().map(String::as_str), Ok("NVIDIA H200"));
    assert_eq!(gpu.throttle_reasons.u64(0.0), Ok(0));
    assert!(!gpu.is_lost(1e9));
}

#[test]
fn null_is_not_supported_and_absent_is_the_default() {
    let scenario = scenario(
        r#"{"gpus":[{"temperature":null,"ecc":null,"utilization":{"gpu":97},"serial":null,
                     "powerLimitMilliwatts":450000}]}"#,
    );
    let gpu = scenario.gpu(0);
    assert_eq!(gpu.temperature.u32(0.0), Err(NOT_SUPPORTED));
    assert_eq!(gpu.ecc.get().err(), Some(NOT_SUPPORTED));
    assert_eq!(gpu.utilization.get().and_then(|busy| busy.gpu.u32(0.0)), Ok(97));
    assert_eq!(gpu.utilization.get().and_then(|busy| busy.memory.u32(0.0)), Ok(17));
    assert!(matches!(gpu.serial, Given::Null) && matches!(gpu.uuid, Given::Absent));
    assert_eq!(gpu.enforced_limit().u32(0.0), Ok(450_000));
}

#[test]
fn gpus_come_and_go() {
    let scenario = scenario(
        r#"{"gpuCount":4,"gpuCountAt":[{"at":20,"count":5},{"at":10,"count":3}],
            "gpus":[{"name":"A"},{"name":"B","lostAt":5,"backAt":8}]}"#,
    );
    let counts = [0.0, 9.9, 10.0, 19.9, 20.0].map(|time| scenario.gpu_count(time));
    assert_eq!(counts, [4, 4, 3, 3, 5]);
    assert_eq!(scenario.gpu(3).name.get().map(String::as_str), Ok("B"));
    let lost = [4.9, 5.0, 7.9, 8.0].map(|time| scenario.gpu(1).is_lost(time));
    assert_eq!(lost, [false, true, true, false]);
}

#[test]
fn an_empty_list_can_grow() {
    let scenario = scenario(r#"{"gpus":[],"gpuCountAt":[{"at":1,"count":1}]}"#);
    assert_eq!(scenario.gpu_count(0.0), 0);
    assert_eq!(scenario.gpu_count(2.0), 1);
    assert!(scenario.gpu(0).name.get().is_ok());
}

#[test]
fn initialising_fails_until_it_does_not() {
    let scenario = scenario(r#"{"init":{"error":9,"untilSeconds":3}}"#);
    assert_eq!(scenario.init.check(2.9), Err(9));
    assert_eq!(scenario.init.check(3.0), Ok(()));
    assert_eq!(Init::default().check(0.0), Ok(()));
}

#[test]
fn memory_adds_up() {
    let scenario = scenario(r#"{"gpus":[{"memory":{"totalMiB":81559,"usedMiB":59,"reservedMiB":479}}]}"#);
    let bytes = scenario.gpu(0).memory.get().and_then(|memory| memory.bytes(0.0));
    assert_eq!(
        bytes.map(|(total, reserved, free, used)| [total, reserved, free, used].map(|b| b >> 20)),
        Ok([81559, 479, 81021, 59])
    );
}

#[test]
fn processes_are_in_the_lists_of_their_contexts() {
    let scenario =
        scenario(r#"{"gpus":[{"processes":[{"pid":1,"type":"both","gi":2,"ci":0,"from":1,"until":2}]}]}"#);
    let process = &scenario.gpu(0).processes[0];
    assert!(process.is_in(Context::Compute) && process.is_in(Context::Graphics));
    assert!(!process.is_in(Context::Mps));
    assert!(process.is_on(None) && process.is_on(Some((2, 0))) && !process.is_on(Some((3, 0))));
    assert_eq!([0.5, 1.0, 2.0].map(|time| process.runs(time)), [false, true, false]);
}

#[test]
fn mig_devices_may_have_gaps() {
    let scenario = scenario(r#"{"gpus":[{"mig":{"instances":[{"index":3,"gi":5}]}},{}]}"#);
    let mig = scenario.gpu(0).mig.get();
    assert_eq!(mig.map(|mig| mig.instance(3, 0.0).map(|instance| instance.gi)), Ok(Some(5)));
    assert_eq!(mig.map(|mig| mig.instance(0, 0.0).is_some()), Ok(false));
    assert_eq!(scenario.gpu(1).mig.get().map(|mig| mig.is_on(0.0)), Ok(false));
}

#[test]
fn the_example_of_the_manual_is_read() {
    let manual = include_str!("../../README.md");
    let example = manual.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    assert!(example.is_some_and(|json| scenario(json).gpu_count(0.0) == 2));
}

#[test]
fn mistakes_are_named() {
    for (json, named) in [
        (r#"{"gpus":[{"temprature":64}]}"#, "temprature"),
        (r#"{"gpus":[{"temperature":"hot"}]}"#, "expected a number"),
        ("{", "EOF"),
    ] {
        let error = Scenario::parse(json.as_bytes()).err().unwrap_or_default();
        assert!(error.contains(named), "{json}: {error}");
    }
}
