//! The machine as nvidia-smi prints it: whole listings, and rows.

mod rows;
mod xml;

use std::{fs, time::Duration};

use gpu_observatory::collect::NvidiaSmiSource;
use serde_json::json;

use crate::{
    Reader,
    fake_program::{FakeProgram, PLENTY},
    machine::Card,
};

/// Every second a whole listing.
pub(crate) fn whole(cards: &[Card]) -> Reader {
    reader("nvidia-smi", cards, Duration::from_secs(1))
}

/// Several times a second a row for each GPU.
pub(crate) fn rows(cards: &[Card]) -> Reader {
    reader("nvidia-smi's rows", cards, Duration::from_millis(100))
}

fn reader(name: &'static str, cards: &[Card], interval: Duration) -> Reader {
    let fake = FakeProgram::new("fake-nvidia-smi", "nvidia-smi");
    fs::write(fake.path("all.xml"), xml::listing(cards)).unwrap();
    fs::write(fake.path("rows.csv"), rows::listing(cards)).unwrap();
    fake.play(&json!({ "listings": ["all.xml"], "rows": "rows.csv" }));
    let source = NvidiaSmiSource::open_within(Some(&fake.program()), interval, PLENTY).unwrap();
    Reader { name, source: Box::new(source), _fake: Box::new(fake) }
}

/// Each cell is rounded up by itself.
fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

fn watts(milliwatts: u32) -> String {
    format!("{:.2} W", f64::from(milliwatts) / 1000.0)
}

fn or_none(figure: Option<u32>, unit: &str) -> String {
    figure.map_or("N/A".to_owned(), |figure| format!("{figure} {unit}"))
}

/// GPU recovery action.
fn advice(card: &Card) -> &'static str {
    if card.wants_reset() { "Reset" } else { "None" }
}

fn yes(is: bool) -> &'static str {
    if is { "Yes" } else { "No" }
}
