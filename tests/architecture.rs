//! Holds the arrows of docs/ARCHITECTURE.md: which wing may import which.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

/// Each wing with the wings it may import. `config` is the process's, and the
/// server's only as data.
const ARROWS: [(&str, &[&str]); 8] = [
    ("telemetry", &[]),
    ("collect", &["telemetry"]),
    ("ui", &["telemetry"]),
    ("client", &["telemetry", "ui"]),
    ("config", &["telemetry", "collect"]),
    ("server", &["telemetry", "collect", "config", "ui"]),
    ("main", &["telemetry", "collect", "config", "server"]),
    ("fuzz", &["telemetry", "collect", "config", "server"]),
];

/// Crates that the vocabulary may use: serde, and the writing of instants.
const VOCABULARY: [&str; 4] = ["serde", "serde_json", "humantime", "std"];

fn sources(dir: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The first path segments behind `crate::`, groups in braces included.
fn crate_imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut segment = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut segment)),
                    _ if depth == 0 && !c.is_whitespace() => segment.push(c),
                    _ => {}
                }
            }
            found.push(segment);
        } else {
            found.push(rest.to_owned());
        }
    }
    found
        .iter()
        .map(|path| path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|segment| !segment.is_empty())
        .collect()
}

#[test]
fn no_wing_imports_against_the_arrows() {
    let wings: Vec<&str> = ARROWS.iter().map(|(wing, _)| *wing).collect();
    for (wing, allowed) in ARROWS {
        let mut files = Vec::new();
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(wing);
        if dir.is_dir() {
            sources(&dir, &mut files);
        } else {
            let file = dir.with_extension("rs");
            files.push((file.display().to_string(), fs::read_to_string(&file).unwrap()));
        }
        assert!(!files.is_empty(), "{wing} has no files");
        for (file, text) in files {
            for import in crate_imports(&text.replace("gpu_observatory::", "crate::")) {
                let fine =
                    import == wing || allowed.contains(&import.as_str()) || !wings.contains(&import.as_str());
                assert!(fine, "{file}: {wing} must not import {import}");
            }
        }
    }
}

#[test]
fn the_server_takes_only_the_frame_of_the_page() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server"), &mut files);
    for (file, text) in files {
        for rest in text.split("ui::").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            assert!(["Seed", "login", "shell"].contains(&name.as_str()), "{file} uses ui::{name}");
        }
    }
}

#[test]
fn the_vocabulary_needs_nothing_but_serde() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/telemetry"), &mut files);
    for (file, text) in files {
        for line in text.lines().filter(|line| line.starts_with("use ") || line.starts_with("pub use ")) {
            let path = line.trim_start_matches("pub ").trim_start_matches("use ");
            let root: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let own = ["super", "crate", "self"].contains(&root.as_str()) || file.ends_with("mod.rs");
            assert!(own || VOCABULARY.contains(&root.as_str()), "{file}: {line}");
        }
    }
}

#[test]
fn only_the_module_maps_and_the_process_know_features() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for (file, text) in files {
        let map = ["mod.rs", "src/lib.rs", "src/main.rs"].iter().any(|map| file.ends_with(map));
        assert!(map || !text.contains("cfg(feature"), "{file} has a feature gate");
    }
}

/// The word in code; comments and texts may have it.
fn is_unsafe(text: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').step_by(2))
        .flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .any(|word| word == "unsafe" || word == "unsafe_code")
}

#[test]
fn only_the_border_to_the_driver_is_unsafe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let found: Vec<_> = files.iter().filter(|(_, text)| is_unsafe(text)).map(|(file, _)| file).collect();
    assert_eq!(found, [&root.join("src/collect/nvml/raw.rs").display().to_string()]);
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("deny"));
    assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true));
}

#[test]
fn unsafe_code_is_told_from_words_about_it() {
    assert!(is_unsafe("x = unsafe { y };") && is_unsafe("#![allow(unsafe_code)]"));
    assert!(!is_unsafe("// unsafe\n//! unsafe\nlet x = \"unsafe\"; not_unsafe()"));
}

#[test]
fn files_stay_small() {
    let mut files = Vec::new();
    for dir in ["src", "bench", "fakes", "tests"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(dir), &mut files);
    }
    for (file, text) in files {
        assert!(text.lines().count() <= 400, "{file} has {} lines", text.lines().count());
    }
}

#[test]
fn imports_are_read_from_groups_too() {
    let text = "use crate::{collect::{A, b::C}, telemetry::Gpu}; crate::ui::X";
    assert_eq!(crate_imports(text), ["collect", "telemetry", "ui"]);
}
