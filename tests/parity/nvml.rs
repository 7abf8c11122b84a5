//! The machine as NVML tells it.

use gpu_observatory::collect::NvmlSource;
use serde_json::{Value, json};

use crate::{
    Reader,
    fake_nvml::FakeNvml,
    machine::{Card, DRIVER},
};

pub(crate) fn reader(cards: &[Card]) -> Reader {
    let gpus: Vec<Value> = cards.iter().map(gpu).collect();
    let fake = FakeNvml::new(&json!({ "driverVersion": DRIVER, "cudaVersion": 13000, "gpus": gpus }));
    let source = NvmlSource::open(Some(&fake.path())).unwrap();
    Reader { name: "NVML", source: Box::new(source), _fake: Box::new(fake) }
}

#[expect(clippy::cast_precision_loss, reason = "exact")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

fn gpu(card: &Card) -> Value {
    let clocks = |[graphics, sm, memory, video]: [u32; 4]| json!({"graphics": graphics, "sm": sm, "memory": memory, "video": video});
    let processes: Vec<Value> = card
        .jobs
        .iter()
        .map(|job| {
            let kind = match job.kind {
                'C' => "compute",
                'G' => "graphics",
                _ => "both",
            };
            json!({"pid": job.pid, "memoryMiB": mib(job.bytes), "type": kind, "sm": job.busy})
        })
        .collect();
    let [generation, generation_max, width, width_max] = card.link;
    json!({
        "name": card.name, "uuid": card.uuid, "busId": card.bus,
        "utilization": {"gpu": card.utilization, "memory": card.controller},
        "encoder": card.encoder, "decoder": card.decoder, "jpeg": card.jpeg, "ofa": card.ofa,
        "memory": {"totalMiB": mib(card.total), "usedMiB": mib(card.used), "reservedMiB": mib(card.reserved)},
        "temperature": card.temperature, "memoryTemperature": card.memory_temperature,
        "thresholds": {"slowdown": card.slowdown, "shutdown": card.shutdown},
        "fans": card.fan.iter().collect::<Vec<_>>(),
        "powerMilliwatts": card.milliwatts,
        "powerLimitMilliwatts": card.limit, "enforcedPowerLimitMilliwatts": card.limit,
        "powerDefaultLimitMilliwatts": card.limit_default, "powerMaxLimitMilliwatts": card.limit_max,
        "clocks": clocks(card.clocks), "maxClocks": clocks(card.clocks_max),
        "pstate": card.state, "throttleReasons": format!("{:#x}", card.throttle),
        "pcie": {"gen": generation, "genMax": generation_max, "width": width, "widthMax": width_max,
            "replay": card.replays},
        "ecc": card.ecc.map(|(corrected, uncorrected)| json!({"enabled": true,
            "volatileCorrected": corrected, "volatileUncorrected": uncorrected})),
        "remappedRows": card.remapped.map(|(rows, pending, failure)| json!({"uncorrectable": rows,
            "pending": pending, "failure": failure})),
        // 1: reset.
        "recoveryAction": u32::from(card.wants_reset()),
        "processes": processes,
    })
}
