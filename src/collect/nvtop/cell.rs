//! One value in a listing: text as a rule, a number perhaps, or nothing.

use std::borrow::Cow;

use serde_json::Value;

use crate::{collect::source::Reading, telemetry::Reason};

/// Its text. nvtop says `null` for all that it does not know, whatever the cause.
pub(super) fn text<'a>(of: &'a Value, key: &str) -> Reading<Cow<'a, str>> {
    match of.get(key) {
        None | Some(Value::Null) => Err(Reason::NotReported),
        Some(Value::String(text)) => match text.trim() {
            "" | "N/A" => Err(Reason::NotReported),
            text => Ok(text.into()),
        },
        Some(Value::Number(number)) => Ok(number.to_string().into()),
        Some(_) => Err(Reason::Error),
    }
}

/// A figure in this unit, or bare; at most the last.
pub(super) fn whole(text: &str, unit: &str, most: u64) -> Reading<u64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (figure, found) = (&text[..end], text[end..].trim());
    if !found.is_empty() && found != unit {
        return Err(Reason::Error);
    }
    figure.parse().ok().or_else(|| rounded(figure)).filter(|figure| *figure <= most).ok_or(Reason::Error)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked against the range")]
fn rounded(figure: &str) -> Option<u64> {
    let figure: f64 = figure.parse().ok()?;
    (0.0..1e15).contains(&figure).then(|| figure.round() as u64)
}

/// The figure under this key.
pub(super) fn figure(of: &Value, key: &str, unit: &str, most: u32) -> Reading<u32> {
    let figure = whole(&text(of, key)?, unit, most.into())?;
    u32::try_from(figure).map_err(|_| Reason::Error)
}

pub(super) fn percent(of: &Value, key: &str) -> Reading<u32> {
    figure(of, key, "%", 100)
}

/// Degrees Celsius, from Fahrenheit where the user likes those.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both at most 1000")]
pub(super) fn celsius(of: &Value, key: &str) -> Reading<u32> {
    let text = text(of, key)?;
    let Some(fahrenheit) = text.strip_suffix('F') else {
        return whole(&text, "C", 500).map(|degrees| degrees as u32);
    };
    let degrees = (f64::from(whole(fahrenheit.trim(), "", 1000)? as u32) - 32.0) / 1.8;
    if degrees >= 0.0 { Ok(degrees.round() as u32) } else { Err(Reason::Error) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_have_their_unit_or_none() {
        let of = json!({"mhz": "1485MHz", "bare": 1485, "real": 45.6, "spaced": "45 MHz", "other": "5GHz",
            "minus": "-5MHz", "none": null, "odd": [1], "words": "CPU Fan", "huge": "99999999999999999999",
            "dots": "1.2.3", "empty": " ", "na": "N/A", "unit": "MHz", "exp": "1e3"});
        let read = |key| figure(&of, key, "MHz", 100_000);
        assert_eq!((read("mhz"), read("bare"), read("real")), (Ok(1485), Ok(1485), Ok(46)));
        assert_eq!(read("spaced"), Ok(45));
        for key in ["none", "missing", "empty", "na"] {
            assert_eq!(read(key), Err(Reason::NotReported), "{key}");
        }
        for key in ["other", "minus", "odd", "words", "huge", "dots", "unit", "exp"] {
            assert_eq!(read(key), Err(Reason::Error), "{key}");
        }
        assert_eq!(percent(&json!({"a": "101%"}), "a"), Err(Reason::Error));
    }

    #[test]
    fn fahrenheit_is_celsius() {
        for (text, degrees) in [
            ("45C", Ok(45)),
            ("113F", Ok(45)),
            ("32F", Ok(0)),
            ("0C", Ok(0)),
            ("10F", Err(Reason::Error)),
            ("5K", Err(Reason::Error)),
        ] {
            assert_eq!(celsius(&json!({"temp": text}), "temp"), degrees, "{text}");
        }
        for degrees in 0..=200_u32 {
            // As nvtop makes it.
            let fahrenheit = format!("{}F", (32.0 + f64::from(degrees) * 1.8).round());
            assert_eq!(celsius(&json!({"temp": fahrenheit}), "temp"), Ok(degrees));
        }
    }

    #[test]
    fn bytes_are_exact() {
        assert_eq!(whole("18446744073709551615", "", u64::MAX), Ok(u64::MAX));
        assert_eq!(whole("17716740096", "", u64::MAX), Ok(17_716_740_096));
    }
}
