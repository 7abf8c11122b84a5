//! Properties that a device may lack.

use serde::Deserialize;

use crate::codes::{NOT_SUPPORTED, Outcome};
use crate::value::Value;

/// A property, or `null` for a device that does not support it.
#[derive(Deserialize, Clone, Debug)]
#[serde(transparent)]
pub(crate) struct Maybe<T>(Option<T>);

/// A number over time, or `null`.
pub(crate) type Metric = Maybe<Value>;

const BYTES_PER_MIB: f64 = 1_048_576.0;

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<T> Maybe<T> {
    /// A device without it.
    pub(crate) const NONE: Self = Self(None);

    pub(crate) fn some(property: T) -> Self {
        Self(Some(property))
    }

    pub(crate) fn get(&self) -> Outcome<&T> {
        self.0.as_ref().ok_or(NOT_SUPPORTED)
    }
}

// Converting a float saturates, which is all that a scenario with absurd numbers
// can ask for.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
impl Metric {
    pub(crate) fn f64(&self, time: f64) -> Outcome<f64> {
        self.get()?.at(time).ok_or(NOT_SUPPORTED)
    }

    pub(crate) fn u32(&self, time: f64) -> Outcome<u32> {
        Ok(self.f64(time)?.round() as u32)
    }

    pub(crate) fn i32(&self, time: f64) -> Outcome<i32> {
        Ok(self.f64(time)?.round() as i32)
    }

    pub(crate) fn i64(&self, time: f64) -> Outcome<i64> {
        Ok(self.f64(time)?.round() as i64)
    }

    pub(crate) fn u64(&self, time: f64) -> Outcome<u64> {
        Ok(self.f64(time)?.round() as u64)
    }

    /// Mebibytes as bytes.
    pub(crate) fn bytes(&self, time: f64) -> Outcome<u64> {
        Ok((self.f64(time)? * BYTES_PER_MIB) as u64)
    }

    /// What a counter gained since the start whose rate this is, per second.
    pub(crate) fn gained(&self, time: f64) -> Outcome<u64> {
        self.f64(time)?;
        Ok(self.get()?.integral(time) as u64)
    }

    pub(crate) fn is_true(&self, time: f64) -> Outcome<bool> {
        Ok(self.f64(time)? != 0.0)
    }
}
