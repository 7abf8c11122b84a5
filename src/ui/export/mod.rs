//! The last minute as a file, made in the browser from what it has.

mod csv;
#[cfg(feature = "hydrate")]
mod download;
mod json;
mod window;

use super::store::Store;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A row per sample and GPU.
    Csv,
    /// The history, and the messages as they came in.
    Json,
}

impl Format {
    /// What the file's name ends in.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => ".csv",
            Self::Json => ".json",
        }
    }

    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    const fn mime(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Json => "application/json",
        }
    }
}

/// Hands the reader the minute that the page shows.
#[cfg(feature = "hydrate")]
pub(super) fn save(store: Store, format: Format) {
    let (text, name) = window::of(store, |window| {
        let text = match format {
            Format::Csv => csv::write(window),
            Format::Json => json::write(window),
        };
        (text, [&window.name(), format.ending()].concat())
    });
    download::start(&text, format.mime(), &name);
}

/// The server has nobody to hand it to.
#[cfg(not(feature = "hydrate"))]
pub(super) fn save(_: Store, _: Format) {}
