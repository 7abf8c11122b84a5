//! The history in the form of the wire, and the messages as they came in. Pure, and by
//! hand: a serializer would bring the float formatting of the standard library along.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code))]

use std::fmt::Write;

use super::window::Window;
use crate::ui::format::tenths;

/// `{"generator", "host", "history": {"times", "gpus", "host"}, "samples": [...]}`.
/// `history` has every sample of the minute, `samples` the whole ones that the page kept.
pub(super) fn write(window: &Window) -> String {
    let history = window.history;
    let number = |value: &Option<u32>| value.map_or_else(null, |value| value.to_string());
    let share = |value: &Option<f32>| value.map_or_else(null, |value| tenths(value.into()));
    let gpus: Vec<String> = history
        .gpus
        .iter()
        .map(|(key, track)| {
            let utilization = list(track.utilization.iter().map(number));
            let memory = list(track.memory.iter().map(number));
            [&string(key), ":{\"utilization\":", &utilization, ",\"memory\":", &memory, "}"].concat()
        })
        .collect();
    [
        "{\"generator\":\"gpu-observatory ",
        env!("CARGO_PKG_VERSION"),
        "\",\"host\":",
        &window.host().map_or_else(null, string),
        ",\"history\":{\"times\":",
        &list(history.times.iter().map(ToString::to_string)),
        ",\"gpus\":{",
        &gpus.join(","),
        "},\"host\":{\"cpu\":",
        &list(history.host.cpu.iter().map(share)),
        ",\"memory\":",
        &list(history.host.memory.iter().map(share)),
        "}},\"samples\":[\n",
        &window.messages.join(",\n"),
        "\n]}\n",
    ]
    .concat()
}

fn null() -> String {
    "null".to_owned()
}

fn list(values: impl Iterator<Item = String>) -> String {
    ["[", &values.collect::<Vec<_>>().join(","), "]"].concat()
}

fn string(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Writing to a string does not fail.
            '\0'..='\u{1f}' => _ = write!(quoted, "\\u{:04x}", u32::from(c)),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        telemetry::{History, Snapshot},
        ui::export::window::tests::sample,
    };

    #[test]
    fn it_is_read_back_as_what_it_was() {
        let samples = vec![sample(0, "A", Some(7)), sample(100, "A", None)];
        let mut history = History::default();
        for sample in &samples {
            history.push(sample);
        }
        let texts: Vec<String> =
            samples.iter().map(|sample| serde_json::to_string(sample).unwrap()).collect();
        let messages = texts.iter().map(String::as_str).collect();
        let text = write(&Window { history: &history, messages, samples: samples.clone() });
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["host"], "at/las-07");
        for cpu in &mut history.host.cpu {
            // One decimal is written.
            *cpu = Some(23.5);
        }
        assert_eq!(serde_json::from_value::<History>(value["history"].clone()).unwrap(), history);
        assert_eq!(serde_json::from_value::<Vec<Snapshot>>(value["samples"].clone()).unwrap(), samples);
    }

    #[test]
    fn any_text_is_a_string() {
        for text in ["", "a\"b\\c", "\u{0}\n\u{1f}\u{7f}", "ä→"] {
            assert_eq!(serde_json::from_str::<String>(&string(text)).unwrap(), text);
        }
    }

    #[test]
    fn nothing_at_all_is_still_json() {
        let window = Window { history: &History::default(), messages: Vec::new(), samples: Vec::new() };
        let value: serde_json::Value = serde_json::from_str(&write(&window)).unwrap();
        assert!(value["host"].is_null());
        assert_eq!(value["samples"], serde_json::json!([]));
    }
}
