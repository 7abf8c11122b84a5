//! What nvtop prints, made to be JSON where it is not.

/// As text without control characters: nvtop passes on what processes call
/// themselves, byte by byte.
pub(super) fn clean(listing: &[u8]) -> String {
    let text = String::from_utf8_lossy(listing);
    let text = text.trim_start_matches('\u{feff}');
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// With what nvtop forgets: 3.3.0 and 3.3.1 leave out commas, and none escapes the
/// names of devices.
pub(super) fn repaired(text: &str) -> String {
    let mut whole = String::with_capacity(text.len() + 16);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        match escaped_name(line) {
            Some(better) => whole.push_str(&better),
            None => whole.push_str(line),
        }
        let ends_a_value = line.trim_end().ends_with('"') || line.trim_end().ends_with("null");
        if ends_a_value && lines.peek().is_some_and(|next| next.trim_start().starts_with('"')) {
            whole.push(',');
        }
        whole.push('\n');
    }
    whole
}

/// The line of a device's name, if that is one and is no JSON as it is.
fn escaped_name(line: &str) -> Option<String> {
    let value = line.trim().strip_prefix("\"device_name\"")?.trim_start().strip_prefix(':')?.trim();
    let (value, comma) = value.strip_suffix(',').map_or((value, ""), |value| (value.trim_end(), ","));
    let name = value.strip_prefix('"')?.strip_suffix('"')?;
    if serde_json::from_str::<String>(value).is_ok() {
        return None;
    }
    Some(format!("\"device_name\": {}{comma}", serde_json::Value::from(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_put_in_where_they_are_missing_only() {
        let broken = "[\n  {\n   \"mem_util\": \"35%\"\n   \"mem_total\": null\n   \"mem_free\": \"1\"\n  },\n  {\n  }\n]\n";
        let wanted = "[\n  {\n   \"mem_util\": \"35%\",\n   \"mem_total\": null,\n   \"mem_free\": \"1\"\n  },\n  {\n  }\n]\n";
        assert_eq!(repaired(broken), wanted);
        assert_eq!(repaired(wanted), wanted);
    }

    #[test]
    fn names_of_devices_are_escaped() {
        for name in ["24\" card", "\"", "a\\c", "\"]}[", "\\\" \\"] {
            for comma in ["", ","] {
                let line = format!("   \"device_name\": \"{name}\"{comma}");
                let better = repaired(&line);
                let json: serde_json::Value =
                    serde_json::from_str(&format!("{{{}}}", better.trim_end().trim_end_matches(',')))
                        .unwrap();
                assert_eq!(json["device_name"], name);
                assert_eq!(better.trim_end().ends_with(','), comma == ",");
            }
        }
        assert_eq!(repaired("\"device_name\": \"a \\\"b\\\"\""), "\"device_name\": \"a \\\"b\\\"\"\n");
    }

    #[test]
    fn control_bytes_and_bad_text_do_not_get_through() {
        assert_eq!(clean(b"a\x1b[31m\x00\xff\n\x7f\xc2\x85"), "a [31m \u{fffd}\n  ");
    }
}
