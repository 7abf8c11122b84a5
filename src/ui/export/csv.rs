//! A row per sample and GPU, as RFC 4180 has it. Pure.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code))]

use super::window::{Window, time};
use crate::{
    telemetry::Gpu,
    ui::{format::tenths, store::is_gap},
};

const HEADER: &str = "time (UTC),GPU,key,name,utilization (%),memory used (MiB),memory total (MiB),\
    temperature (C),power (W),SM clock (MHz),host CPU (%)\r\n";

/// What is not known stays empty. Temperature and what stands beside it is known of whole
/// samples only, of which the page keeps one a second.
pub(super) fn write(window: &Window) -> String {
    let history = window.history;
    let mut text = HEADER.to_owned();
    for (row, millis) in history.times.iter().enumerate().filter(|(row, _)| !is_gap(history, *row)) {
        let whole = window.samples.iter().find(|sample| sample.timestamp.millis() == *millis);
        let cpu = history.host.cpu.get(row).copied().flatten();
        for (key, track) in &history.gpus {
            let of = |gpus: &'_ [Gpu]| gpus.iter().position(|gpu| gpu.key() == *key);
            let now = whole.and_then(|sample| sample.gpus.get(of(&sample.gpus)?));
            // What it is called does not change from sample to sample.
            let known = window.samples.iter().rev().find_map(|sample| sample.gpus.get(of(&sample.gpus)?));
            let number = |value: Option<u32>| value.map(|value| value.to_string());
            let cells = [
                Some(time(*millis)),
                number(known.map(|gpu| gpu.id)),
                Some(words(key)),
                known.and_then(|gpu| gpu.name.as_deref()).map(words),
                number(track.utilization.get(row).copied().flatten()),
                number(track.memory.get(row).copied().flatten()),
                now.and_then(|gpu| gpu.memory_total).map(tenths),
                number(now.and_then(|gpu| gpu.temperature)),
                now.and_then(|gpu| gpu.power_usage).map(tenths),
                number(now.and_then(|gpu| gpu.clock_sm)),
                cpu.map(|percent| tenths(percent.into())),
            ];
            text.push_str(&cells.map(Option::unwrap_or_default).join(","));
            text.push_str("\r\n");
        }
    }
    text
}

/// What a formula begins with in some spreadsheet, the wide forms of Chinese and Japanese
/// keyboards among them. Blanks and marks before it are passed over.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell of words. What a spreadsheet would take for a formula gets an apostrophe in
/// front, what would break the row is quoted.
fn words(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    let formula = first.starts_with(FORMULA) || first.starts_with(['\t', '\r', '\n']);
    let text = [if formula { "'" } else { "" }, text].concat();
    // Where a comma is a decimal's, a semicolon divides.
    if text.contains(['"', ',', ';', '\t', '\r', '\n']) {
        ["\"", &text.replace('"', "\"\""), "\""].concat()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        telemetry::{History, Snapshot, Timestamp},
        ui::export::window::tests::{START, sample},
    };

    fn written(history: &[Snapshot], samples: Vec<Snapshot>) -> String {
        let mut ring = History::default();
        for sample in history {
            ring.push(sample);
        }
        write(&Window { history: &ring, messages: Vec::new(), samples })
    }

    #[test]
    fn each_sample_has_a_row_and_what_is_unknown_stays_empty() {
        let samples = [sample(0, "H200", Some(7)), sample(100, "H200", None)];
        let text = written(&samples, vec![samples[0].clone()]);
        let (header, rows) = text.split_once("\r\n").unwrap();
        assert_eq!(header.split(',').count(), 11);
        assert_eq!(
            rows,
            "2026-01-01T00:00:00.000Z,0,GPU-1,H200,7,1024,4096.0,64,312.4,,23.5\r\n\
             2026-01-01T00:00:00.100Z,0,GPU-1,H200,,1024,,,,,23.5\r\n"
        );
    }

    #[test]
    fn a_gap_has_no_row() {
        let mut late = sample(9000, "H200", Some(7));
        late.continuous_since = Timestamp::from_millis(START + 9000);
        let text = written(&[sample(0, "H200", Some(7)), late], Vec::new());
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn words_are_quoted_where_they_must_be() {
        assert_eq!(words("NVIDIA H200"), "NVIDIA H200");
        assert_eq!(words("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(words("a\r\nb"), "\"a\r\nb\"");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for name in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u{feff}=1", "＝1", "＋1", "－1", "＠A1"] {
            let text = written(&[sample(0, name, None)], vec![sample(0, name, None)]);
            let cell = text.lines().nth(1).unwrap().split(',').nth(3).unwrap();
            assert_eq!(cell, ["'", name].concat());
        }
        assert_eq!(words("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
        assert_eq!(words("\r=1"), "\"'\r=1\"");
        assert_eq!(words("\t=1"), "\"'\t=1\"");
        assert_eq!(words("a;=1"), "\"a;=1\"");
        assert_eq!(words("a=1-2"), "a=1-2", "it begins with none");
    }
}
