//! docs/SOURCES.md against the table.

use std::{fs, path::Path};

use crate::table::{Rounding, TABLE, name};

#[test]
fn the_documentation_has_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SOURCES.md");
    let text = fs::read_to_string(path).unwrap();
    let cell = |rounding: &Option<Rounding>| rounding.map_or("no", Rounding::words);
    for (metric, smi, nvtop) in TABLE {
        let row = format!("| `{}` | yes | {} | {} |", name(*metric), cell(smi), cell(nvtop));
        assert!(text.contains(&row), "docs/SOURCES.md lacks this row:\n{row}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("| `")).count(), TABLE.len());
}
