//! Properties that follow from something else unless the file gives them.

use serde::{Deserialize, Deserializer};

use super::Metric;
use crate::value::Value;

/// A property that is left out, `null`, or given: three different things where its
/// absence means "derived".
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Given<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Only called when the key is there.
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl Given<String> {
    pub(crate) fn text(&self) -> Given<&str> {
        match self {
            Self::Absent => Given::Absent,
            Self::Null => Given::Null,
            Self::Value(text) => Given::Value(text),
        }
    }
}

impl Given<Value> {
    /// The number given, or another where none is.
    pub(crate) fn or(&self, other: &Metric) -> Metric {
        match self {
            Self::Absent => other.clone(),
            Self::Null => Metric::NONE,
            Self::Value(value) => Metric::some(value.clone()),
        }
    }
}
