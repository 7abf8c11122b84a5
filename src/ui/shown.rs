//! One value as it stands on the page.

use crate::telemetry::{Gpu, Metric, Reason};

use super::format::{DASH, Quantity};

/// How a value is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Look here: amber.
    Warn,
    /// Broken: rose.
    Bad,
    /// There is no value.
    Unknown,
}

/// A value with its unit, or a dash with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Number or words.
    pub text: String,
    /// What follows in small.
    pub unit: String,
    /// What the pointer finds: the reason of a dash, or the whole of a cut text.
    pub note: Option<String>,
    /// How it is to be read.
    pub tone: Tone,
}

impl Shown {
    /// Value.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A dash, for this reason.
    #[must_use]
    pub fn missing(reason: Option<Reason>) -> Self {
        Self {
            text: DASH.to_owned(),
            note: Some(reason.unwrap_or(Reason::NotReported).text().to_owned()),
            tone: Tone::Unknown,
            ..Self::default()
        }
    }

    /// The quantity, or a dash with the reason that `gpu` gives for `metric`.
    #[must_use]
    pub fn of(gpu: &Gpu, metric: Metric, quantity: Option<Quantity>) -> Self {
        quantity.map_or_else(|| Self::missing(gpu.unavailable.get(&metric).copied()), Self::from)
    }

    /// Value for a value that is missing, or nothing where this source never tells
    /// it: a row of dashes would say no more.
    #[must_use]
    pub fn unless_untold(gpu: &Gpu, metric: Metric, words: &str) -> Self {
        if untold(gpu, metric) {
            return Self::default();
        }
        Self { text: words.to_owned(), ..Self::missing(gpu.unavailable.get(&metric).copied()) }
    }

    /// The class that carries the colour.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.tone {
            _ if self.text.is_empty() && self.unit.is_empty() => "v nothing",
            Tone::Plain => "v",
            Tone::Warn => "v warn",
            Tone::Bad => "v bad",
            Tone::Unknown => "v unknown",
        }
    }

    /// In this tone, unless it is a dash.
    #[must_use]
    pub fn toned(mut self, tone: Tone) -> Self {
        if self.tone != Tone::Unknown {
            self.tone = tone;
        }
        self
    }
}

/// Whether the source in use never tells this value.
pub(super) fn untold(gpu: &Gpu, metric: Metric) -> bool {
    gpu.unavailable.get(&metric) == Some(&Reason::NotReported)
}

impl From<Quantity> for Shown {
    fn from(quantity: Quantity) -> Self {
        Self { text: quantity.number, unit: quantity.unit, ..Self::default() }
    }
}
