//! Holds that what builds and releases the program names things that are there.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The words of a file, without what surrounds them in YAML, make and shell.
fn words(text: &str) -> Vec<&str> {
    let not_of_a_word = |c: char| !(c.is_alphanumeric() || "-_./".contains(c));
    text.split(not_of_a_word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn every_script_and_target_that_is_called_is_there() {
    let makefile = read("Makefile");
    for name in [".github/workflows/ci.yml", ".github/workflows/release.yml", ".ci/run", "Makefile"] {
        let text = read(name);
        let words = words(&text);
        for word in &words {
            if word.starts_with("scripts/") || *word == ".ci/run" {
                assert!(is_executable(&root().join(word)), "{name}: {word} cannot be run");
            }
        }
        if name == "Makefile" {
            continue;
        }
        for line in text.lines() {
            let Some((_, rest)) = line.split_once("run: make ") else { continue };
            for target in rest.split_whitespace() {
                assert!(makefile.contains(&format!("\n{target}:")), "{name}: make {target}");
            }
        }
    }
    let ci = read(".github/workflows/ci.yml");
    assert!(ci.contains("run: .ci/run\n"));
    for target in ["lint", "test"] {
        assert!(makefile.contains(&format!("\n{target}:")) && read(".ci/run").contains(target));
    }
}

#[test]
fn a_release_looks_at_its_tag_before_it_builds_and_packs_all() {
    let release = read(".github/workflows/release.yml");
    let steps = [
        r#"scripts/release-notes.sh "$GITHUB_REF_NAME""#,
        "make dist",
        "make tarball",
        "make deb",
        "scripts/check-deb.sh",
        "sbom-action",
        "SHA256SUMS",
        "needs: files",
        "docker/build-push-action",
        "needs: [files, image]",
        "gh release create",
    ];
    let mut from = 0;
    for step in steps {
        let at = release[from..].find(step).unwrap_or_else(|| panic!("{step} is not there, or too early"));
        from += at + step.len();
    }
}

/// The script over another changelog.
fn notes(changelog: &str, tag: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("scripts")).unwrap();
    fs::copy(root().join("Cargo.toml"), folder.path().join("Cargo.toml")).unwrap();
    let script = folder.path().join("scripts/release-notes.sh");
    fs::copy(root().join("scripts/release-notes.sh"), &script).unwrap();
    fs::write(folder.path().join("CHANGELOG.md"), changelog).unwrap();
    let output = Command::new("bash").arg(script).arg(tag).output().unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn a_tag_has_to_be_the_version_and_to_be_told_of() {
    let version = env!("CARGO_PKG_VERSION");
    let tag = format!("v{version}");
    let told = format!(
        "# Changelog\n\n## [Unreleased]\n\n- Later.\n\n## [{version}] - 2026-01-31\n\n- It works.\n\n## [0.0.1] - 2025-12-24\n\n- It began.\n"
    );
    assert_eq!(notes(&told, &tag), (true, "\n- It works.\n".to_owned()));
    for (changelog, tag, why) in [
        (told.as_str(), "v9.9.9", "the tag must be v"),
        (&told, version, "the tag must be v"),
        (&told.replace(" - 2026-01-31", " - unreleased"), &tag, "no date for"),
        (&told.replace(&format!("## [{version}]"), "## [0.0.2]"), &tag, "no section"),
        (&told.replace("- It works.\n", ""), &tag, "says nothing of"),
    ] {
        let (fine, said) = notes(changelog, tag);
        assert!(!fine && said.contains(why), "{why}: {said}");
    }
    // Ours has a section for what comes next.
    assert!(read("CHANGELOG.md").contains(&format!("\n## [{version}] - ")));
}

/// What the Debian package is made of, but for what is built.
#[test]
fn the_parts_of_the_package_are_there() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    let sources = deb["assets"].as_array().unwrap().iter().map(|asset| asset[0].as_str().unwrap());
    let parts = read("scripts/papers.sh");
    let mut seen = 0;
    for source in sources {
        seen += 1;
        if let Some(made) = source.strip_prefix("target/deb/") {
            assert!(parts.contains(&format!("$folder/{made}")), "{source} is not made");
        } else if !source.starts_with("target/") {
            let place: PathBuf = root().join(source.trim_end_matches("/*"));
            assert!(place.exists(), "{source}");
        }
    }
    assert!(seen >= 8);
    assert_eq!(deb["changelog"].as_str(), Some("target/deb/changelog"));
    assert!(read("Makefile").contains("scripts/debian-changelog.sh >target/deb/changelog"));
    let units = root().join(deb["systemd-units"]["unit-scripts"].as_str().unwrap());
    assert!(units.join("gpu-observatory.service").exists());
    let unit = fs::read_to_string(units.join("gpu-observatory.service")).unwrap();
    for settings in deb["conf-files"].as_array().unwrap() {
        assert!(unit.contains(settings.as_str().unwrap()), "{settings}");
    }
}
