//! What the document quotes.

use std::{collections::BTreeMap, fs, path::Path};

pub(crate) fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The lines of each block of messages, by the heading that it stands under.
pub(crate) fn messages() -> BTreeMap<String, Vec<String>> {
    let document = file("docs/troubleshooting.md");
    let mut messages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut heading, mut inside) = ("", false);
    for line in document.lines() {
        if inside && line == "```" {
            inside = false;
        } else if inside {
            messages.entry(heading.to_owned()).or_default().push(line.to_owned());
        } else if line == "```text" {
            inside = true;
        } else if line.starts_with("##") {
            heading = line.trim_start_matches('#').trim();
        }
    }
    assert!(messages.len() > 20, "{messages:?}");
    messages
}

/// Whether a line of `said` has the parts of a message in their order. What stands between
/// backticks is in another type on the page.
pub(crate) fn heard(said: &str, message: &str) -> bool {
    let [said, message] = [said, message].map(|text| text.replace('`', ""));
    said.lines().any(|line| {
        let mut rest = line;
        message.split('…').map(str::trim).all(|part| match rest.find(part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    })
}

/// The source, with literals in one line that were broken into several.
pub(crate) fn literals(name: &str) -> String {
    let mut text = String::new();
    for line in file(name).lines() {
        match line.strip_suffix('\\') {
            Some(begun) if text.ends_with('\n') || text.is_empty() => text.push_str(begun),
            Some(more) => text.push_str(more.trim_start()),
            None if text.ends_with('\n') || text.is_empty() => {
                text.push_str(line);
                text.push('\n');
            }
            None => {
                text.push_str(line.trim_start());
                text.push('\n');
            }
        }
    }
    text
}
