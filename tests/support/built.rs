//! Builds one of the fakes, into the folder that this test was built into.

use std::{env, path::PathBuf, process::Command};

/// The file that building `package` leaves.
pub(crate) fn built(package: &str, file: &str) -> PathBuf {
    let target = env::current_exe().unwrap().ancestors().nth(3).unwrap().to_path_buf();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", package, "--target-dir"])
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(status.unwrap().success(), "{package} does not build");
    target.join("debug").join(file)
}
