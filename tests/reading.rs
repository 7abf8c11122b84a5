//! The client's way of reading a message against what serde derives: whatever happens to
//! a message, both read the same, or both nothing.
//!
//! Left out are the few messages that no server writes and that `telemetry::wire` names.
#![allow(clippy::unwrap_used)]

use std::fs;

use gpu_observatory::telemetry::Snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The message that has every key, as `tests/vocabulary.rs` holds it.
fn golden() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/snapshots/vocabulary__every_key_of_a_full_message_is_golden.snap"
    );
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(text.splitn(3, "---\n").nth(2).unwrap()).unwrap()
}

/// The same, but everything only once: the second GPU says only what the first
/// does not, and so does what it last was.
fn brief() -> Value {
    let mut message = golden();
    let first = message["gpus"][0].clone();
    for way in ["/gpus/1", "/gpus/1/lastKnown/gpu"] {
        let gpu = message.pointer_mut(way).unwrap().as_object_mut().unwrap();
        gpu.retain(|name, value| !(value.is_null() && first.get(name).is_some()));
    }
    message
}

/// A way to every value, the whole included.
fn ways(value: &Value, way: &str, into: &mut Vec<String>) {
    into.push(way.to_owned());
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                ways(value, &format!("{way}/{name}"), into);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                ways(item, &format!("{way}/{n}"), into);
            }
        }
        _ => {}
    }
}

/// What a value may be changed into: one of every kind, and every border of every kind.
fn others() -> Vec<Value> {
    let mut others = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(7),
        json!(-7),
        json!(5.0),
        json!(42.5),
        json!(-0.5),
        json!(u32::MAX),
        json!(u64::from(u32::MAX) + 1),
        json!((1_u64 << 53) + 1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(""),
        json!("some \"text\" with escapes\n\u{1f600}"),
        json!("2026-01-01T00:00:00.000042Z"),
        json!("1969-12-31T23:59:59Z"),
        json!("2026-01-01 00:00:00"),
        json!([]),
        json!([1, -2, 0.5]),
        json!([1, 2]),
        json!([1, null, 2, 4]),
        json!([true, "nvml"]),
        json!(["idle", "gravity", "powerCap"]),
        json!({}),
        json!({"news": {"deep": [1, {"er": null}]}}),
        json!({"seconds": 60, "shares": {"idle": 1, "gravity": 2.5, "levity": 3}}),
        json!({"utilization": "lost", "usedMemoryMiB": "notKept", "holography": "eclipsed"}),
        json!({"times": [1, 2], "gpus": {"G": {"utilization": [1, null], "memory": []}}, "host": {"cpu": [0.1], "memory": [16_777_217]}}),
        json!({"timestamp": "2026-01-01T00:00:00Z", "gpu": {"id": 1, "processes": []}}),
    ];
    let words = "added removed lost recovered asleep awake xid mig source other ok unreadable none reset reboot \
        drainP2p drainP2P drainAndReset idle clockSetting powerCap thermalSoftware thermalHardware powerBrake \
        hardwareSlowdown syncBoost display nvml nvidia_smi nvidiaSmi nvtop demo compute graphics both \
        notSupported notReported noPermission hiddenByMig needsHostPid hidden pending timeout notKept error Ok \
        not_supported";
    others.extend(words.split_whitespace().map(Value::from));
    others
}

/// What happens to a message at one place.
#[derive(Clone, Debug)]
enum Change {
    /// There is something else.
    Other(Value),
    /// It is not there at all.
    Gone,
    /// Its name is another one.
    Named(String),
}

fn changes() -> Vec<Change> {
    let names =
        ["news", "id", "name", "memory_used", "memoryUsed", "UsedMemoryMiB", "type", "kind", "other", ""];
    let mut changes: Vec<Change> = others().into_iter().map(Change::Other).collect();
    changes.push(Change::Gone);
    changes.extend(names.map(|name| Change::Named(name.to_owned())));
    changes
}

fn apply(message: &mut Value, way: &str, change: &Change) {
    if let Change::Other(other) = change {
        if let Some(value) = message.pointer_mut(way) {
            *value = other.clone();
        }
        return;
    }
    let Some((parent, name)) = way.rsplit_once('/') else { return };
    match message.pointer_mut(parent) {
        Some(Value::Object(entries)) => {
            let value = entries.remove(name);
            if let (Change::Named(name), Some(value)) = (change, value) {
                entries.insert(name.clone(), value);
            }
        }
        Some(Value::Array(items)) => {
            if let Ok(n) = name.parse::<usize>()
                && n < items.len()
            {
                items.remove(n);
            }
        }
        _ => {}
    }
}

/// What both read.
fn read(text: &str) -> Option<Snapshot> {
    let (client, derived) = (Snapshot::read(text), serde_json::from_str::<Snapshot>(text));
    assert_eq!(client.as_ref(), derived.as_ref().ok(), "{derived:?} of {text}");
    client
}

#[test]
fn the_golden_message_is_read() {
    let golden = golden();
    let snapshot = read(&golden.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&snapshot).unwrap(), golden);
    // Indented, and in the order of the structures.
    assert_eq!(read(&serde_json::to_string_pretty(&snapshot).unwrap()).unwrap(), snapshot);
}

#[test]
fn every_change_of_every_value_is_read_alike() {
    let brief = brief();
    let mut all = Vec::new();
    ways(&brief, "", &mut all);
    let (mut understood, mut not) = (0, 0);
    for way in &all {
        for change in changes() {
            let mut message = brief.clone();
            apply(&mut message, way, &change);
            let count = if read(&message.to_string()).is_some() { &mut understood } else { &mut not };
            *count += 1;
        }
    }
    assert!(understood > 1000 && not > 1000, "{understood} and {not}");
}

#[test]
fn texts_are_read_alike() {
    let message =
        |part: &str| format!(r#"{{"timestamp":"2026-01-01T00:00:00Z","gpus":[],"system":{{{part}}}}}"#);
    for part in [
        "",
        r#""uptime":18446744073709551615"#,
        r#""uptime":18446744073709551616"#,
        r#""uptime":-0"#,
        r#""uptime":1e3"#,
        r#""cpuUsage":-0"#,
        r#""cpuUsage":1e999"#,
        r#""cpuUsage":123456789012345678901234567890"#,
        r#""cpuUsage":9007199254740993"#,
        r#""cpuUsage":0.1000000000000000055511151231257827"#,
        r#""hostname":"\ud83d\ude00 \u0041\/""#,
        r#""hostname":"\ud83d""#,
        r#""h\u006fstname":"escaped","news":"\n""#,
        r#""hostname":nul"#,
        r#""hostname":"a","#,
        r#""loadAverage":[1,2,3,]"#,
    ] {
        read(&message(part));
    }
    for text in
        ["", "null", "7", "[]", "{}", "\"text\"", "{\"gpus\":[]}", &(message("") + " "), &(message("") + "x")]
    {
        read(text);
    }
    let whole = brief().to_string();
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        assert!(read(&whole[..end]).is_none(), "a part of a message is none");
    }
    let twice = r#"{"timestamp":"2026-01-01T00:00:00Z","gpus":[{"id":0,"processes":[],
        "unavailable":{"name":"lost","news":"lost","name":"asleep","other":"timeout"}}]}"#;
    assert_eq!(read(twice).unwrap().gpus[0].unavailable.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_changes_are_read_alike(picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6)) {
        let mut message = brief();
        let changes = changes();
        for (way, change) in picks {
            // What was changed before is changed again.
            let mut all = Vec::new();
            ways(&message, "", &mut all);
            apply(&mut message, way.get(all.as_slice()).as_str(), change.get(&changes));
        }
        read(&message.to_string());
    }
}
