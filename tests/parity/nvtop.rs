//! The machine as nvtop lists it.

use std::{fmt::Display, fs, time::Duration};

use gpu_observatory::collect::NvtopSource;
use serde_json::json;

use crate::{
    Reader,
    fake_program::{FakeProgram, PLENTY},
    machine::{Card, Job},
};

pub(crate) fn reader(cards: &[Card]) -> Reader {
    let fake = FakeProgram::new("fake-nvtop", "nvtop");
    let devices: Vec<String> = cards.iter().map(device).collect();
    fs::write(fake.path("all.json"), format!("[\n{}\n]\n", devices.join(",\n"))).unwrap();
    fake.play(&json!({ "listings": ["all.json"] }));
    let source = NvtopSource::open_within(Some(&fake.program()), Duration::from_millis(100), PLENTY).unwrap();
    Reader { name: "nvtop", source: Box::new(source), _fake: Box::new(fake) }
}

fn lines(indent: &str, pairs: &[(&str, String)]) -> String {
    let lines: Vec<String> = pairs.iter().map(|(key, value)| format!("{indent}\"{key}\": {value}")).collect();
    lines.join(",\n")
}

fn text(value: impl Display, unit: &str) -> String {
    format!("\"{value}{unit}\"")
}

fn or_null(value: Option<u32>, unit: &str) -> String {
    value.map_or("null".to_owned(), |value| text(value, unit))
}

/// Its memory is the first version's, which counts the reserved as used.
fn device(card: &Card) -> String {
    let used = card.used + card.reserved;
    let pairs = [
        ("device_name", text(card.name, "")),
        ("gpu_clock", text(card.clocks[0], "MHz")),
        ("mem_clock", text(card.clocks[2], "MHz")),
        ("temp", text(card.temperature, "C")),
        ("fan_speed", or_null(card.fan.map(|fan| fan.min(100)), "%")),
        ("power_draw", text(card.milliwatts / 1000, "W")),
        ("gpu_util", text(card.utilization, "%")),
        ("encode", or_null(card.encoder, "%")),
        ("decode", or_null(card.decoder, "%")),
        ("mem_util", text(used * 100 / card.total, "%")),
        ("mem_total", text(card.total, "")),
        ("mem_used", text(used, "")),
        ("mem_free", text(card.free(), "")),
    ];
    let processes: Vec<String> = card.jobs.iter().flat_map(entries).collect();
    let end = if processes.is_empty() { "" } else { "\n" };
    format!("  {{\n{},\n   \"processes\" : [\n{}{end}   ]\n  }}", lines("   ", &pairs), processes.join(",\n"))
}

/// One that draws and computes is listed for each.
fn entries(job: &Job) -> Vec<String> {
    let kinds: &[&str] = match job.kind {
        'C' => &["compute"],
        'G' => &["graphic"],
        _ => &["graphic", "compute"],
    };
    let entry = |kind: &&str| {
        let pairs = [
            ("pid", text(job.pid, "")),
            ("cmdline", text("/opt/job", "")),
            ("kind", text(kind, "")),
            ("user", "null".to_owned()),
            ("gpu_usage", text(job.busy, "%")),
            ("gpu_mem_bytes_alloc", text(job.bytes, "")),
        ];
        format!("     {{\n{}\n     }}", lines("       ", &pairs))
    };
    kinds.iter().map(entry).collect()
}
