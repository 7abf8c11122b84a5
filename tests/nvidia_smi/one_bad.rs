//! One GPU keeps nvidia-smi from listing the others.

use std::time::Instant;

use gpu_observatory::{
    collect::Source,
    telemetry::{Gpu, GpuState, Metric, Reason},
};
use serde_json::{Value, json};

use super::fake::{Fake, SECOND, lasting, listings, until};

const LOST: &str = "Unable to determine the device handle for GPU0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU";

fn bad(say: &str) -> Value {
    json!({ "listings": ["v13-three.xml"], "bad": { "1": { "say": say, "code": 15 } } })
}

fn states(gpus: &[Gpu]) -> Vec<(u32, GpuState)> {
    gpus.iter().map(|gpu| (gpu.id, gpu.state)).collect()
}

#[test]
fn the_others_go_on_and_it_comes_back() {
    let fake = Fake::new(&listings(&["v13-three.xml"]));
    let mut source = fake.opened();
    let before = source.read(Instant::now()).unwrap();
    fake.play(&bad(LOST));
    let three = |states: [GpuState; 3]| move |gpus: &[Gpu]| gpus.iter().map(|gpu| gpu.state).eq(states);
    let lost = three([GpuState::Ok, GpuState::Lost, GpuState::Ok]);
    let gpus = until(&mut source, |gpus| lost(gpus.as_ref().unwrap())).unwrap();
    assert_eq!(
        gpus.iter().map(Gpu::key).collect::<Vec<_>>(),
        before.iter().map(Gpu::key).collect::<Vec<_>>()
    );
    assert_eq!((gpus[0].utilization, gpus[2].utilization), (Some(100), Some(55)));
    assert_eq!(gpus[1].state_detail.as_deref(), Some(LOST));
    assert_eq!(gpus[1].unavailable[&Metric::Temperature], Reason::Lost);
    assert!(gpus[1].state_since.is_some());

    fake.play(&listings(&["v13-three.xml"]));
    let fine = three([GpuState::Ok; 3]);
    let gpus = until(&mut source, |gpus| {
        fine(gpus.as_ref().unwrap()) && fake.starts().last().unwrap().1 == "-q -x -l 1"
    })
    .unwrap();
    assert_eq!(lasting(&gpus), lasting(&before), "and they are listed together again");
}

#[test]
fn it_may_have_been_bad_from_the_start() {
    let fake = Fake::new(&bad("Unable to determine the device handle for GPU 0000:3b:00.0: Unknown Error"));
    let mut source = fake.open(SECOND).unwrap();
    let gpus = source.read(Instant::now()).unwrap();
    assert_eq!(states(&gpus), [(0, GpuState::Ok), (1, GpuState::Unreadable), (2, GpuState::Ok)]);
    assert_eq!(gpus[1].pci_bus_id.as_deref(), Some("00000000:3B:00.0"));
    assert_eq!(gpus[1].unavailable[&Metric::Name], Reason::Error);
    // Each GPU has a child of its own that goes on listing.
    let arguments: Vec<String> = fake.starts().into_iter().map(|(_, arguments)| arguments).collect();
    assert!(arguments.contains(&"-i 2 -q -x -l 1".to_owned()), "{arguments:?}");
}

#[test]
fn when_none_can_be_listed_the_source_has_failed() {
    let each = json!({ "say": LOST, "code": 15 });
    let fake = Fake::new(&json!({ "listings": ["v12-mig.xml"], "bad": { "0": each } }));
    let error = fake.open(SECOND).unwrap_err();
    assert!(error.reason.contains("GPU0000:3B:00.0"), "{error}");
}
