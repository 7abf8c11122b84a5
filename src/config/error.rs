//! One clear line for a setting that cannot be used.

use std::{error::Error, fmt, path::Path};

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Why the program does not start, or the text of `--help` and `--version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    text: String,
    help: bool,
}

impl ConfigError {
    /// 0 for help and version, 2 for a mistake in usage.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        if self.help { 0 } else { 2 }
    }

    pub(super) fn from_flag(error: &clap::Error) -> Self {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            return Self { text: error.render().to_string().trim_end().to_owned(), help: true };
        }
        let context = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(text.as_str()),
            _ => None,
        };
        match (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue)) {
            (Some(flag), Some(value)) if error.kind() == ErrorKind::ValueValidation => {
                let flag = flag.split_whitespace().next().unwrap_or(flag);
                Self::refused(flag, value, error)
            }
            _ => Self::usage(first_line(error)),
        }
    }

    pub(super) fn from_variable(name: &str, value: &str, error: &clap::Error) -> Self {
        Self::refused(name, value, error)
    }

    pub(super) fn unreadable_dotenv(path: &Path, error: &dyn fmt::Display) -> Self {
        // It quotes what it could not parse, which need not be one clear line.
        let plain = |c: char| c.is_ascii_graphic() || c.is_alphanumeric() || c == ' ';
        let error: String = error.to_string().chars().map(|c| if plain(c) { c } else { ' ' }).collect();
        Self::usage(format!("{} cannot be read: {error}", path.display()))
    }

    fn refused(name: &str, value: &str, error: &clap::Error) -> Self {
        let allowed = error.source().map_or_else(|| first_line(error), ToString::to_string);
        Self::usage(format!("{name} is {value:?}: must be {allowed}"))
    }

    const fn usage(text: String) -> Self {
        Self { text, help: false }
    }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for ConfigError {}
