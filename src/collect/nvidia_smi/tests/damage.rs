//! Damaged listings: whatever happens to them, nothing is made up.

use proptest::prelude::*;

use super::{check, columns::Columns, fixture, help, parse};
use crate::telemetry::Gpu;

/// What is put in somewhere: texts that mean something, and texts that break things.
const PIECES: [&str; 22] = [
    "N/A",
    "[Unknown Error]",
    "GPU is lost",
    "<gpu id=\"x\">",
    "</gpu>",
    "<temperature>",
    "</fb_memory_usage>",
    "-1",
    "99999999999999999999",
    "1e300",
    " MiB",
    "<!--",
    "&#0;",
    "&",
    "\u{202e}\0",
    "<![CDATA[",
    "ERR!",
    "[GPU requires reset]",
    "Requested functionality has been deprecated",
    "\r\n",
    "\u{feff}",
    "1,234",
];

#[derive(Clone, Debug)]
enum Damage {
    Cut(usize, usize),
    Insert(usize, usize),
    Repeat(usize, usize),
    Byte(usize, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0..20_000_usize;
    prop_oneof![
        (at.clone(), 1..400_usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        (at.clone(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (at.clone(), 1..4000_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (at, any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
    ]
}

fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for damage in damages {
        let length = bytes.len().max(1);
        match *damage {
            Damage::Cut(at, long) => {
                let at = at % length;
                bytes.drain(at..(at + long).min(bytes.len()));
            }
            Damage::Insert(at, piece) => {
                let at = (at % length).min(bytes.len());
                bytes.splice(at..at, PIECES[piece].bytes());
            }
            Damage::Repeat(at, long) => {
                let at = (at % length).min(bytes.len());
                let slice = bytes[at..(at + long).min(bytes.len())].to_vec();
                bytes.splice(at..at, slice);
            }
            Damage::Byte(at, byte) => {
                if let Some(place) = bytes.get_mut(at % length) {
                    *place = byte;
                }
            }
        }
    }
    bytes
}

/// Each figure stands in the text as a word of its own, but for what is a sum.
fn is_from(gpu: &Gpu, text: &str) -> Result<(), TestCaseError> {
    let words: Vec<f64> = text
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .filter_map(|word| word.parse().ok())
        .collect();
    let has = |figure: f64, scales: &[f64], precision: f64| {
        words.iter().any(|word| scales.iter().any(|scale| (word * scale - figure).abs() <= precision))
    };
    let whole = [
        gpu.utilization,
        gpu.memory_utilization,
        gpu.temperature,
        gpu.temperature_slowdown,
        gpu.fan_speed,
        gpu.clock_graphics,
        gpu.clock_memory,
        gpu.clock_sm_max,
        gpu.pcie_width,
        gpu.pcie_generation,
        gpu.pcie_replays,
        gpu.remapped_rows,
    ];
    for figure in whole.into_iter().flatten() {
        prop_assert!(has(f64::from(figure), &[1.0], 0.5), "{figure} is not in the text");
    }
    let memory = [gpu.memory_used, gpu.memory_total, gpu.memory_free, gpu.memory_reserved];
    for figure in memory.into_iter().flatten().chain(gpu.processes.iter().filter_map(|p| p.used_memory)) {
        prop_assert!(has(figure, &[1.0, 1024.0, 1.0 / 1024.0], 0.01), "{figure} MiB is not in the text");
    }
    for figure in [gpu.power_usage, gpu.power_limit, gpu.power_limit_max].into_iter().flatten() {
        prop_assert!(has(figure, &[1.0, 0.001], 0.06), "{figure} W is not in the text");
    }
    for process in &gpu.processes {
        prop_assert!(has(f64::from(process.pid), &[1.0], 0.5), "PID {} is not in the text", process.pid);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_listings_are_refused_or_read_as_they_are(
        name in prop::sample::select(vec!["v10.xml", "v12-mig.xml", "v13.xml", "v13-lost.xml"]),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let bytes = damaged(&fixture(name), &damages);
        if let Ok(gpus) = parse(&bytes) {
            check(&gpus);
            for gpu in &gpus {
                is_from(gpu, &String::from_utf8_lossy(&bytes))?;
            }
        }
    }

    #[test]
    fn damaged_rows_are_refused_or_read_as_they_are(damages in prop::collection::vec(damage(), 1..6)) {
        let text = fixture("rows.csv");
        let columns = Columns::of_help(&help(text.lines().next().unwrap())).unwrap();
        let bytes = damaged(&text, &damages);
        if let Ok(rows) = columns.rows(&bytes) {
            for row in rows {
                let mut gpu = Gpu::default();
                columns.read(&row, &mut gpu);
                check(std::slice::from_ref(&gpu));
                is_from(&gpu, &String::from_utf8_lossy(&bytes))?;
            }
        }
    }

    #[test]
    fn framing_gives_back_whole_listings_only(
        damages in prop::collection::vec(damage(), 0..4),
        piece in 1..5000_usize,
    ) {
        let bytes = damaged(&fixture("v10.xml").repeat(3), &damages);
        let (mut framing, mut buffer) = (super::framing::xml(), Vec::new());
        for part in bytes.chunks(piece) {
            buffer.extend_from_slice(part);
            while let Some(listing) = framing(&mut buffer) {
                prop_assert!(listing.starts_with(b"<nvidia_smi_log>") && listing.ends_with(b"</nvidia_smi_log>"));
            }
        }
    }
}
