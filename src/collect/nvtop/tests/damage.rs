//! Damaged listings: whatever happens to them, nothing is made up.

use proptest::prelude::*;

use super::{LATEST, check, fixture, listing};
use crate::{collect::nvtop::framing, telemetry::Gpu};

/// What is put in somewhere: texts that mean something, and texts that break things.
const PIECES: [&str; 16] = [
    "\n[\n",
    "\n]\n",
    "\"",
    "\\",
    "null",
    "{",
    "]",
    "},",
    "-1",
    "99999999999999999999",
    "18446744073709551615",
    "1e300",
    "MHz",
    "%",
    "\"device_name\": \"a\"b\",\n",
    "\u{202e}\0",
];

const FIXTURES: [&str; 6] =
    ["3.2.0.json", "3.3.0.json", "3.3.2.json", "encode-decode.json", "bytes.json", "intel.json"];

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
        (at.clone(), 1..100_usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        (at.clone(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (at.clone(), 1..900_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (at, any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
    ]
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
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

/// Each figure stands in the text as a word of its own.
fn is_from(gpu: &Gpu, text: &str) -> Result<(), TestCaseError> {
    let words: Vec<f64> = text
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .filter_map(|word| word.parse().ok())
        .collect();
    let has = |figure: f64, scale: f64, precision: f64| {
        words.iter().any(|word| (word * scale - figure).abs() <= precision)
    };
    let whole = [
        gpu.utilization,
        gpu.encoder_utilization,
        gpu.decoder_utilization,
        gpu.fan_speed,
        gpu.clock_graphics,
        gpu.clock_memory,
    ];
    let pids = gpu.processes.iter().map(|process| process.pid);
    let shares = gpu.processes.iter().filter_map(|process| process.sm_utilization);
    for figure in whole.into_iter().flatten().chain(pids).chain(shares) {
        prop_assert!(has(figure.into(), 1.0, 0.5), "{figure} is not in the text");
    }
    if let Some(degrees) = gpu.temperature.map(f64::from) {
        let fahrenheit = words.iter().any(|word| ((word - 32.0) / 1.8 - degrees).abs() <= 0.5);
        prop_assert!(fahrenheit || has(degrees, 1.0, 0.5), "{degrees} degrees are not in the text");
    }
    if let Some(watts) = gpu.power_usage {
        prop_assert!(has(watts, 1.0, 0.5), "{watts} W is not in the text");
    }
    let memory = [gpu.memory_used, gpu.memory_total, gpu.memory_free];
    for figure in memory.into_iter().flatten().chain(gpu.processes.iter().filter_map(|p| p.used_memory)) {
        // Bytes beyond 2^53 are not exact in this test either.
        prop_assert!(
            has(figure, 1.0 / 1_048_576.0, figure.mul_add(1e-12, 0.01)),
            "{figure} MiB is not in the text"
        );
    }
    Ok(())
}

fn in_pieces(bytes: &[u8], pieces: impl Iterator<Item = usize>) -> Vec<Vec<u8>> {
    let (mut framing, mut buffer, mut found) = (framing::listings(), Vec::new(), Vec::new());
    let mut rest = bytes;
    for piece in pieces {
        let (head, tail) = rest.split_at(piece.clamp(1, rest.len().max(1)).min(rest.len()));
        rest = tail;
        buffer.extend_from_slice(head);
        while let Some(listing) = framing(&mut buffer) {
            found.push(listing);
        }
        if rest.is_empty() {
            break;
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_listings_are_refused_or_read_as_they_are(
        name in prop::sample::select(FIXTURES.to_vec()),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let bytes = damaged(&fixture(name), &damages);
        if let Ok(gpus) = listing::parse(&bytes, LATEST) {
            check(&gpus);
            for gpu in &gpus {
                is_from(gpu, &String::from_utf8_lossy(&bytes))?;
            }
        }
    }

    #[test]
    fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(gpus) = listing::parse(&bytes, LATEST) {
            check(&gpus);
        }
        in_pieces(&bytes, std::iter::repeat(7));
    }

    #[test]
    fn listings_are_the_same_however_they_arrive(
        name in prop::sample::select(FIXTURES.to_vec()),
        damages in prop::collection::vec(damage(), 0..4),
        pieces in prop::collection::vec(1..700_usize, 1..20),
    ) {
        let bytes = damaged(&fixture(name).repeat(3), &damages);
        let whole = in_pieces(&bytes, std::iter::repeat(usize::MAX));
        prop_assert_eq!(&in_pieces(&bytes, pieces.iter().copied().cycle()), &whole);
        prop_assert!(!damages.is_empty() || whole.len() == 3);
        for listing in &whole {
            prop_assert!(listing.starts_with(b"[") && listing.trim_ascii_end().contains(&b']'));
        }
    }

    #[test]
    fn a_split_at_any_byte_changes_nothing(at in 1..4000_usize) {
        let bytes = fixture("3.3.2.json").repeat(2);
        let found = in_pieces(&bytes, [at.min(bytes.len()), usize::MAX].into_iter());
        prop_assert_eq!(found, vec![fixture("3.3.2.json"); 2]);
    }
}
