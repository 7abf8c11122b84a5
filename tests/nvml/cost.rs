//! What a sample costs. A driver call that is added must be added here, on purpose.

use serde_json::json;

use super::Rig;

/// Calls of one sample, this many seconds after the one before.
fn cost(rig: &mut Rig, seconds: u64) -> u64 {
    let before = rig.calls();
    rig.later(seconds).read();
    rig.calls() - before
}

#[test]
fn a_steady_sample_costs_a_known_number_of_calls() {
    let processes: Vec<_> = (1..=4).map(|pid| json!({"pid": pid, "sm": 20})).collect();
    let gpu = json!({"fans": [50, 50], "processes": processes});
    let mut rig = Rig::new(&json!({"gpus": [gpu.clone(), gpu]}));
    rig.read();
    // How many GPUs there are, and of each one: utilization, encoder, decoder, JPEG,
    // OFA, memory, temperature, fields, power, energy, two fans, four clocks,
    // performance state, limiters, two lists of processes, their shares.
    assert_eq!(cost(&mut rig, 1), 1 + 2 * 21);
    assert_eq!(cost(&mut rig, 1), 1 + 2 * 21);
    // And, with no call more: limiters' counters and recovery action. And: MIG mode, power limit, MPS, generation, width, replays, 18 NVLinks and the
    // one that is not there.
    assert_eq!(cost(&mut rig, 5), 1 + 2 * (21 + 6 + 19));
    // And: number of fans, two thresholds, two power limits, ECC mode, two kinds of
    // errors, remapped rows.
    assert_eq!(cost(&mut rig, 30), 1 + 2 * (21 + 6 + 19 + 9));
}

#[test]
fn what_a_gpu_lacks_is_not_asked_for_each_time() {
    let mut rig = Rig::new(&json!({"gpus": [{
        "encoder": null, "decoder": null, "jpeg": null, "ofa": null, "memoryTemperature": null, "pcie": null,
        "energyMillijoules": null, "clocks": null, "throttleReasons": null, "pstate": null, "powerMilliwatts": null,
        "violationNs": null, "recoveryAction": null,
    }]}));
    rig.read();
    // The number of GPUs, utilization, memory, temperature, two lists of processes.
    assert_eq!(cost(&mut rig, 1), 6);
}

#[test]
fn calls_that_sleep_are_never_made() {
    let mut rig = Rig::new(&json!({}));
    for _ in 0..40 {
        rig.later(1).read();
    }
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetPcieThroughput")), 0);
    assert_eq!(rig.fake.calls(Some("nvmlDeviceGetHandleByIndex_v2")), 2, "handles are kept");
}
