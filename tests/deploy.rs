//! What stands in `deploy` and beside it: the unit for systemd, and the settings that the
//! files name.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use gpu_observatory::config::Flags;

const UNIT: &str = "deploy/systemd/gpu-observatory.service";
/// Tenths of systemd's score for what a service could do to the machine, of 100.
const EXPOSURE: &str = "--threshold=20";

fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(path: &Path, into: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), into);
        }
    } else {
        into.push(path.to_path_buf());
    }
}

/// systemd's own opinion of the unit; `None` where there is no systemd to ask.
fn systemd_analyze(arguments: &[&str]) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let unit = fs::read_to_string(checkout(UNIT)).unwrap();
    let installed = "ExecStart=/usr/bin/gpu-observatory\n";
    assert!(unit.contains(installed));
    let here = format!("ExecStart={}\n", env!("CARGO_BIN_EXE_gpu-observatory"));
    let place = folder.path().join("gpu-observatory.service");
    fs::write(&place, unit.replace(installed, &here)).unwrap();
    match Command::new("systemd-analyze").args(arguments).arg(&place).output() {
        Ok(output) => Some(output),
        Err(error) => {
            // To be seen with --nocapture; make test goes on.
            eprintln!("SKIPPED: systemd-analyze does not run here ({error})");
            None
        }
    }
}

#[test]
fn systemd_takes_the_unit() {
    let Some(output) = systemd_analyze(&["verify", "--man=no"]) else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "");
}

#[test]
fn systemd_finds_little_that_the_service_could_do() {
    let Some(output) = systemd_analyze(&["security", "--offline=true", "--no-pager", EXPOSURE]) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("Overall exposure level"), "{said}");
}

#[test]
fn every_file_that_the_manual_names_is_there() {
    let manual = fs::read_to_string(checkout("docs/deployment.md")).unwrap();
    let mut found = 0;
    for rest in manual.split("deploy/").skip(1) {
        let path: String = rest.chars().take_while(|c| c.is_alphanumeric() || "/._-".contains(*c)).collect();
        let path = format!("deploy/{path}");
        assert!(checkout(&path).exists(), "{path}");
        found += 1;
    }
    assert!(found > 5, "{found}");
}

#[test]
fn every_setting_that_a_file_names_is_one() {
    let mut all = Vec::new();
    for path in ["deploy", "Dockerfile", "compose.yaml", "docs/deployment.md"] {
        files(&checkout(path), &mut all);
    }
    let flags = Flags::describe();
    let known: BTreeSet<String> = flags
        .get_arguments()
        .filter_map(|flag| flag.get_long())
        .map(|flag| format!("GPU_MONITOR_{}", flag.to_uppercase().replace('-', "_")))
        .collect();
    let mut found = 0;
    for file in all {
        let text = fs::read_to_string(&file).unwrap();
        for rest in text.split("GPU_MONITOR_").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            let name = format!("GPU_MONITOR_{name}");
            assert!(known.contains(&name), "{}: {name} is not a setting", file.display());
            found += 1;
        }
    }
    assert!(found > 15, "{found}");
}
