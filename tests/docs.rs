//! Holds that the documents tell of this program: its settings and their defaults, and
//! files that are there.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let mut all: Vec<_> =
        ["README.md", "CHANGELOG.md", "fakes/nvml/README.md"].iter().map(|name| root().join(name)).collect();
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    all.extend(docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    assert!(all.len() > 4);
    all
}

/// The flags of `--help` that are settings, with their defaults.
fn flags() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"))
        .arg("--help")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let mut flags = BTreeMap::new();
    for part in help.split("\n      --").skip(1) {
        let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some((name, text)) = part.split_once(" <") else { continue };
        let default = text.split_once("[default: ").and_then(|(_, rest)| rest.split_once(']'));
        flags.insert(
            name.to_owned(),
            default.unwrap_or_else(|| panic!("--{name} has no default")).0.to_owned(),
        );
    }
    flags
}

#[test]
fn the_table_of_settings_is_that_of_the_program() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut table = BTreeMap::new();
    for row in readme.lines().filter(|line| line.starts_with("| `GPU_MONITOR_")) {
        let cells: Vec<_> = row.split('|').map(|cell| cell.trim().replace('`', "")).collect();
        let [_, variable, flag, default, meaning, _] = &cells[..] else { panic!("{row}") };
        let flag = flag.strip_prefix("--").unwrap();
        assert_eq!(
            variable,
            &["GPU_MONITOR_", &flag.to_ascii_uppercase().replace('-', "_")].concat(),
            "{row}"
        );
        assert!(!meaning.is_empty(), "{row}");
        table.insert(flag.to_owned(), default.trim_start_matches("unset: ").to_owned());
    }
    assert_eq!(table, flags());
}

#[test]
fn no_document_names_a_setting_that_is_not_there() {
    let flags = flags();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for rest in text.split("GPU_MONITOR_").skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
            let name = rest[..end].to_ascii_lowercase().replace('_', "-");
            // The last is the example of a mistake; a list may name what they all begin with.
            let known = flags.contains_key(&name) || name.is_empty() || name == "prot";
            assert!(known, "{}: GPU_MONITOR_{}", document.display(), &rest[..end]);
        }
    }
}

/// Where a document's links and pictures lead.
fn links(text: &str) -> Vec<&str> {
    let inline = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let pictures = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    inline.chain(pictures).collect()
}

/// The names by which the headings of a document are linked to.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", document.display());
            if !anchor.is_empty() {
                let there = anchors(&fs::read_to_string(&target).unwrap());
                assert!(there.iter().any(|name| name == anchor), "{}: {link}", document.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 15, "{checked} links");
}
