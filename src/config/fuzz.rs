//! The parser of `.env` files, by itself.

use std::path::Path;

use super::{Config, ConfigError, Flags, layer};

/// The settings of a file with this text and nothing else, and what is odd about it.
pub(crate) fn settings(file: &[u8]) -> Result<(Config, Vec<String>), ConfigError> {
    let variables = layer::dotenv(Path::new(".env"), file)?;
    let flags = Flags::from_variables(&variables, " in .env")?;
    Ok((flags.with_defaults(), layer::warnings(&variables, ".env")))
}
