//! Holds that docs/troubleshooting.md quotes what the program says: each message is
//! looked for in what it prints, logs and serves on a machine with that very trouble.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../support/built.rs"]
mod built;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;
#[path = "../support/fake_program.rs"]
mod fake_program;

mod machine;
mod quotes;
mod start;

use machine::Trouble;
use quotes::{heard, messages};
use serde_json::{Value, json};

/// The messages that no test without a browser, without a driver's devices, or as root
/// can bring about, with the file that has them.
const IN_SOURCE: [(&str, &str); 11] = [
    ("Reconnecting in …", "src/ui/link_badge.rs"),
    ("Connection to the server lost. Values below are from … and are not updating.", "src/ui/banners.rs"),
    ("Stale · data …", "src/ui/link_badge.rs"),
    (
        "The server answers, but has no fresh sample: the driver may hang. Values below are from …",
        "src/ui/banners.rs",
    ),
    ("/dev/nvidia… cannot be used by this user: …", "src/command/doctor.rs"),
    (
        "There is no /dev/nvidia0: no NVIDIA driver is loaded, or a container is not given it.",
        "src/command/doctor.rs",
    ),
    (
        "the process is in another PID namespace; start the container with --pid=host",
        "src/telemetry/reason.rs",
    ),
    (
        "It has PIDs of its own: processes stay nameless unless it is started with `--pid=host`.",
        "src/collect/probe.rs",
    ),
    (
        "The server has no room for another viewer. Values below are from … and are not updating.",
        "src/ui/banners.rs",
    ),
    (
        "There are too many clients from this address. (Behind a proxy: GPU_MONITOR_TRUSTED_PROXIES.)",
        "src/server/crowd.rs",
    ),
    (": no permission; ports below 1024 need privileges", "src/main.rs"),
];

fn two() -> Value {
    json!({"gpus": [{"uuid": "GPU-0"}, {"uuid": "GPU-1"}]})
}

/// Two GPUs with something about the second one.
fn second(key: &str, value: Value) -> Value {
    let mut scenario = two();
    scenario["gpus"][1][key] = value;
    scenario
}

fn no_driver(code: u32) -> Value {
    json!({"init": {"error": code}, "errors": {"*": 1}})
}

/// The heading in the document, and a machine to which that happens.
fn troubles() -> Vec<(&'static str, Trouble)> {
    let none = Trouble::default;
    let nvml = |scenario| Trouble { nvml: Some(scenario), ..none() };
    vec![
        ("There is no driver", none()),
        ("The driver is not loaded", nvml(no_driver(9))),
        ("Driver and library have different versions", nvml(no_driver(18))),
        ("The driver fails with an unknown error", nvml(no_driver(999))),
        (
            "The source was chosen, and does not work",
            Trouble { flags: &["--telemetry-provider=nvml"], ..none() },
        ),
        (
            "A lesser source stands in",
            Trouble { smi: Some(json!({"listings": ["v13.xml"]})), ..nvml(no_driver(9)) },
        ),
        (
            "nvtop is too old",
            Trouble {
                nvtop: Some(json!({"listings": ["3.3.2.json"], "version": "nvtop version 3.1.0"})),
                ..none()
            },
        ),
        ("The driver answers and lists none", nvml(json!({"gpus": [], "gpuCount": 0}))),
        ("A GPU is lost", Trouble { later: Some(second("lostAt", json!(0))), ..nvml(two()) }),
        (
            "The driver reported an XID error",
            nvml(second("events", json!([{"at": 1.0, "xid": 79, "times": 1}]))),
        ),
        ("A GPU sleeps", Trouble { flags: &["--demo", "--demo-scenario=asleep"], ..none() }),
        ("The driver refuses the server's user", nvml(no_driver(4))),
        ("One GPU is refused", nvml(second("errors", json!({"nvmlDeviceGetHandleByIndex_v2": 4})))),
        ("A value is refused", nvml(second("errors", json!({"nvmlDeviceGetPowerUsage": 4})))),
        ("WebSockets are blocked", nvml(two())),
        (
            "The data is stale",
            Trouble {
                later: Some(second("delaysMs", json!({"nvmlDeviceGetTemperature": 30_000}))),
                ..nvml(two())
            },
        ),
        ("The model has no such value", nvml(second("powerMilliwatts", Value::Null))),
        (
            "The source does not know a value",
            Trouble { nvtop: Some(json!({"listings": ["3.3.2.json"]})), ..none() },
        ),
        ("High CPU", nvml(two())),
        ("A setting has no effect", Trouble { environment: &[("GPU_MONITOR_PROT", "1")], ..none() }),
    ]
}

#[test]
fn every_message_is_what_the_program_says() {
    let troubles = troubles();
    let sections = messages();
    std::thread::scope(|scope| {
        for (heading, quoted) in &sections {
            // What a source file says needs no machine.
            let quoted: Vec<_> = quoted.iter().filter(|quote| !in_source(quote)).cloned().collect();
            let known = troubles.iter().find(|(name, _)| name == heading);
            match known {
                _ if quoted.is_empty() => {}
                Some((_, trouble)) => {
                    scope.spawn(move || trouble.says(heading, &quoted));
                }
                None => start::says(heading, &quoted),
            }
        }
    });
    for (heading, _) in troubles {
        assert!(sections.contains_key(heading), "{heading} is not in the document");
    }
}

/// Whether it is one of those that are only to be found in the source; it must be.
fn in_source(quote: &str) -> bool {
    let Some((_, file)) = IN_SOURCE.iter().find(|(text, _)| *text == quote) else { return false };
    let text = quotes::literals(file);
    for part in quote.split('…').filter(|part| !part.trim().is_empty()) {
        assert!(heard(&text, part), "{file} does not have {part:?}");
    }
    true
}

#[test]
fn every_trouble_of_the_readme_is_told_of() {
    let document = quotes::file("docs/troubleshooting.md");
    for heading in ["No telemetry source", "WebSockets are blocked", "No GPUs", "High CPU", "Permissions"] {
        assert!(document.contains(&format!("# {heading}\n")), "{heading}");
    }
    let quoted: Vec<_> = messages().into_values().flatten().collect();
    for (text, _) in IN_SOURCE {
        assert!(quoted.iter().any(|quote| quote == text), "not quoted any more: {text}");
    }
}
