//! Values over time.

use std::f64::consts::TAU;

use serde::Deserialize;

/// A number of the scenario: fixed, or a function of the time since initialisation.
#[derive(Deserialize, Clone, Debug, PartialEq)]
#[serde(try_from = "Raw")]
pub(crate) enum Value {
    Fixed(f64),
    Wave(Wave),
    /// From each time on, the value beside it. Sorted, never empty.
    Steps(Vec<(f64, Option<f64>)>),
    Ramp(Ramp),
}

/// Up from `min` to `max` and back, smoothly, once per period.
#[derive(Deserialize, Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Wave {
    min: f64,
    max: f64,
    period_seconds: f64,
}

/// Straight from one value to another, where it stays.
#[derive(Deserialize, Clone, Copy, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ramp {
    from: f64,
    to: f64,
    seconds: f64,
}

impl Value {
    /// The value at a time, or none where a step says so.
    pub(crate) fn at(&self, time: f64) -> Option<f64> {
        match self {
            Self::Fixed(value) => Some(*value),
            Self::Wave(Wave { min, max, period_seconds }) => {
                Some(min + (max - min) * (1.0 - (TAU * time / period_seconds).cos()) / 2.0)
            }
            Self::Steps(steps) => {
                let past = steps.partition_point(|(from, _)| *from <= time);
                steps.get(past.saturating_sub(1))?.1
            }
            Self::Ramp(Ramp { from, to, seconds }) => {
                Some(if time < *seconds { from + (to - from) * time / seconds } else { *to })
            }
        }
    }

    /// The area under the value from the start: what a counter gained whose rate it is.
    pub(crate) fn integral(&self, time: f64) -> f64 {
        match self {
            Self::Fixed(value) => value * time,
            Self::Wave(Wave { min, max, period_seconds }) => {
                let turn = TAU / period_seconds;
                min * time + (max - min) / 2.0 * (time - (turn * time).sin() / turn)
            }
            Self::Steps(steps) => steps
                .iter()
                .enumerate()
                .map(|(place, (from, value))| {
                    // The first value also holds before its time.
                    let from = if place == 0 { 0.0 } else { from.max(0.0) };
                    let until = steps.get(place + 1).map_or(time, |next| next.0.min(time));
                    value.unwrap_or(0.0) * (until - from).max(0.0)
                })
                .sum(),
            Self::Ramp(Ramp { from, to, seconds }) => {
                let (rising, flat) = (time.min(*seconds), (time - seconds).max(0.0));
                let slope = if *seconds > 0.0 { (to - from) / seconds } else { 0.0 };
                from * rising + slope * rising * rising / 2.0 + to * flat
            }
        }
    }
}

/// The ways to write a value.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number, \"0x..\", true, false, {\"wave\": {\"min\", \"max\", \"periodSeconds\"}}, \
                 {\"steps\": [[seconds, number or null], ..]} or {\"ramp\": {\"from\", \"to\", \"seconds\"}}"
)]
enum Raw {
    Fixed(Number),
    Wave { wave: Wave },
    Steps { steps: Vec<(f64, Option<Number>)> },
    Ramp { ramp: Ramp },
}

impl TryFrom<Raw> for Value {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        match raw {
            Raw::Fixed(value) => Ok(Self::Fixed(value.0)),
            Raw::Wave { wave } if wave.period_seconds <= 0.0 => Err("a wave's period must be positive"),
            Raw::Wave { wave } => Ok(Self::Wave(wave)),
            Raw::Steps { steps } if steps.is_empty() => Err("steps must not be empty"),
            Raw::Steps { steps } => {
                let mut steps: Vec<_> =
                    steps.into_iter().map(|(from, value)| (from, value.map(|value| value.0))).collect();
                steps.sort_by(|one, other| one.0.total_cmp(&other.0));
                Ok(Self::Steps(steps))
            }
            Raw::Ramp { ramp } => Ok(Self::Ramp(ramp)),
        }
    }
}

/// A number, a bit mask as `"0x.."`, or a flag as 0 and 1.
#[derive(Deserialize)]
#[serde(try_from = "RawNumber")]
struct Number(f64);

#[derive(Deserialize)]
#[serde(untagged)]
enum RawNumber {
    Number(f64),
    Flag(bool),
    Hex(String),
}

impl TryFrom<RawNumber> for Number {
    type Error = &'static str;

    fn try_from(raw: RawNumber) -> Result<Self, Self::Error> {
        match raw {
            RawNumber::Number(number) => Ok(Self(number)),
            RawNumber::Flag(flag) => Ok(Self(f64::from(u8::from(flag)))),
            RawNumber::Hex(text) => {
                let digits = text.strip_prefix("0x").ok_or("a number in quotes must begin with 0x")?;
                let bits = u64::from_str_radix(digits, 16).map_err(|_| "not a hexadecimal number")?;
                #[expect(clippy::cast_precision_loss, reason = "NVML's bit masks stay below 2^53")]
                Ok(Self(bits as f64))
            }
        }
    }
}

#[cfg(test)]
mod tests;
