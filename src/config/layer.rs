//! Where variables come from: the environment and a `.env` file.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{
    ConfigError,
    flags::{PREFIX, flag_of},
};

/// Names that belong to the product and are not served yet.
const RESERVED: [&str; 1] = ["GPU_MONITOR_PROMETHEUS_URL"];

/// The variables that are ours and not empty: compose files pass empty ones on
/// where nothing was chosen.
pub(super) fn known(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<(String, String)> {
    variables
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty())
        .collect()
}

/// The variables of a `.env` file; none where there is no file.
pub(super) fn read_dotenv(path: &Path) -> Result<Vec<(String, String)>, ConfigError> {
    match File::open(path) {
        Ok(file) => dotenv(path, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(ConfigError::unreadable_dotenv(path, &error)),
    }
}

/// The variables of a `.env` file that is open; `path` is what an error calls it.
pub(super) fn dotenv(path: &Path, mut file: impl Read) -> Result<Vec<(String, String)>, ConfigError> {
    let fail = |error: &dyn std::fmt::Display| ConfigError::unreadable_dotenv(path, error);
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(|error| fail(&error))?;
    // Some editors put a mark in front, which would be part of the first name.
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
    let all = dotenvy::from_read_iter(text).collect::<Result<Vec<_>, _>>().map_err(|error| fail(&error))?;
    Ok(known(all.into_iter().map(|(name, value)| (name.into(), value.into()))))
}

/// A line for each variable that looks like ours and does nothing.
pub(super) fn warnings(variables: &[(String, String)], place: &str) -> Vec<String> {
    variables
        .iter()
        .filter(|(name, _)| flag_of(name).is_none())
        .map(|(name, _)| {
            if RESERVED.contains(&name.as_str()) {
                format!("{name} ({place}) has no effect in this version")
            } else {
                format!("{name} ({place}) is not a setting of this program")
            }
        })
        .collect()
}
