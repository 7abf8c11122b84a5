//! Numbers as a reader sees them. Pure, and without the float formatting of the
//! standard library, which would be a tenth of the client.

/// Stands where a value is unknown.
pub const DASH: &str = "—";

/// The thin space before a unit; a line never breaks there.
pub const THIN: char = '\u{202f}';

/// A number and its unit, apart because they are set in two sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quantity {
    /// "4.1"
    pub number: String,
    /// " kW", the thin space included.
    pub unit: String,
}

impl Quantity {
    fn new(number: String, unit: &str) -> Self {
        Self { number, unit: spaced(unit) }
    }

    /// Number and unit together: "4.1 kW".
    #[must_use]
    pub fn text(&self) -> String {
        [self.number.as_str(), &self.unit].concat()
    }
}

fn spaced(unit: &str) -> String {
    let mut text = String::with_capacity(unit.len() + 3);
    text.push(THIN);
    text.push_str(unit);
    text
}

/// Rounded to whole units; below zero counts as zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and NaN becomes 0")]
#[must_use]
pub fn whole(value: f64) -> String {
    (value.round() as u64).to_string()
}

/// With one decimal; below zero counts as zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and NaN becomes 0")]
#[must_use]
pub fn tenths(value: f64) -> String {
    let tenths = (value * 10.0).round() as u64;
    [(tenths / 10).to_string(), ".".to_owned(), (tenths % 10).to_string()].concat()
}

/// `value` is in %: "97 %".
#[must_use]
pub fn percent(value: f64) -> Quantity {
    Quantity::new(whole(value), "%")
}

/// `part` of `all` in %, between 0 and 100; 0 of nothing is 0.
#[must_use]
pub fn share(part: f64, all: f64) -> f64 {
    if all > 0.0 { (part / all * 100.0).clamp(0.0, 100.0) } else { 0.0 }
}

/// `percent` as an SVG length.
#[must_use]
pub fn length(percent: f64) -> String {
    let mut text = tenths(percent);
    text.push('%');
    text
}

/// The name of the unit and its size, for values up to `largest`.
fn scale(largest: f64, from: f64, small: &'static str, large: &'static str) -> (f64, &'static str) {
    if largest.round() >= from { (from, large) } else { (1.0, small) }
}

fn in_unit(value: f64, (size, _): (f64, &str)) -> String {
    if size > 1.0 { tenths(value / size) } else { whole(value) }
}

/// `mib` as MiB, or as GiB from 1024 MiB on: "15.3 GiB".
#[must_use]
pub fn memory(mib: f64) -> Quantity {
    let unit = scale(mib, 1024.0, "MiB", "GiB");
    Quantity::new(in_unit(mib, unit), unit.1)
}

/// `used` of `total` MiB in the unit of the total: "0.4", " / 79.6 GiB".
#[must_use]
pub fn memory_of(used: f64, total: f64) -> Quantity {
    of(used, total, scale(total, 1024.0, "MiB", "GiB"))
}

/// `watts` as W, or as kW from 1000 W on.
#[must_use]
pub fn power(watts: f64) -> Quantity {
    let unit = scale(watts, 1000.0, "W", "kW");
    Quantity::new(in_unit(watts, unit), unit.1)
}

/// `used` of `limit` W in the unit of the limit: "652", " / 700 W".
#[must_use]
pub fn power_of(used: f64, limit: f64) -> Quantity {
    of(used, limit, scale(limit, 1000.0, "W", "kW"))
}

fn of(part: f64, all: f64, unit: (f64, &str)) -> Quantity {
    let thin = THIN.encode_utf8(&mut [0; 3]).to_owned();
    Quantity {
        number: in_unit(part, unit),
        unit: [thin.as_str(), "/", &thin, &in_unit(all, unit), &thin, unit.1].concat(),
    }
}

/// "64 °C".
#[must_use]
pub fn temperature(celsius: u32) -> Quantity {
    Quantity::new(celsius.to_string(), "°C")
}

/// `mhz` as MHz, or as GHz with two decimals from 1000 MHz on: "1.98 GHz".
#[must_use]
pub fn clock(mhz: u32) -> Quantity {
    if mhz >= 1000 {
        let hundredths = (mhz + 5) / 10;
        let (whole, tenth, last) = (hundredths / 100, hundredths / 10 % 10, hundredths % 10);
        let digits = [whole.to_string(), ".".to_owned(), tenth.to_string(), last.to_string()];
        Quantity::new(digits.concat(), "GHz")
    } else {
        Quantity::new(mhz.to_string(), "MHz")
    }
}

/// The two largest units of a duration in seconds: "38 d 4 h", "6 h 12 m", "7 s".
#[must_use]
pub fn duration(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let parts = match (days, hours, minutes) {
        (0, 0, 0) => return [seconds.to_string(), spaced("s")].concat(),
        (0, 0, _) => [(minutes, "m"), (seconds % 60, "s")],
        (0, _, _) => [(hours, "h"), (minutes, "m")],
        _ => [(days, "d"), (hours, "h")],
    };
    let [(a, first), (b, second)] = parts;
    [a.to_string(), spaced(first), " ".to_owned(), b.to_string(), spaced(second)].concat()
}

/// The time of day of `millis` since 1970: "14:03:07" where the reader's zone is
/// known (minutes that UTC is ahead of it, as browsers count), else in UTC.
#[must_use]
pub fn time_of_day(millis: u64, zone: Option<i32>) -> String {
    const DAY: i64 = 86_400;
    let utc = i64::try_from(millis / 1000).unwrap_or_default();
    let second = (utc - i64::from(zone.unwrap_or_default()) * 60).rem_euclid(DAY);
    let mut text = String::with_capacity(12);
    for (n, part) in [second / 3600, second / 60 % 60, second % 60].into_iter().enumerate() {
        if n > 0 {
            text.push(':');
        }
        if part < 10 {
            text.push('0');
        }
        text.push_str(&part.to_string());
    }
    if zone.is_none() {
        text.push_str(" UTC");
    }
    text
}

/// CUDA's 1000 · major + 10 · minor as "13.0".
#[must_use]
pub fn cuda(version: u32) -> String {
    [(version / 1000).to_string(), ".".to_owned(), (version % 1000 / 10).to_string()].concat()
}

/// One thing, or several: "1 GPU", "8 GPUs".
#[must_use]
pub fn count(number: usize, thing: &str) -> String {
    let mut text = number.to_string();
    text.push('\u{a0}');
    text.push_str(thing);
    if number != 1 {
        text.push('s');
    }
    text
}

/// With a capital letter in front, where that is an ASCII letter.
#[must_use]
pub fn sentence(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(quantity: &Quantity) -> String {
        quantity.text().replace(THIN, " ")
    }

    #[test]
    fn memory_is_gib_from_1024_mib_on_with_one_decimal() {
        for (mib, text) in [(0.0, "0 MiB"), (1023.4, "1023 MiB"), (1023.6, "1.0 GiB"), (15_667.2, "15.3 GiB")]
        {
            assert_eq!(plain(&memory(mib)), text);
        }
        assert_eq!(plain(&memory_of(400.0, 81_559.0)), "0.4 / 79.6 GiB");
        assert_eq!(plain(&memory_of(12.0, 512.0)), "12 / 512 MiB");
    }

    #[test]
    fn power_is_kw_from_1000_w_on() {
        for (watts, text) in [(73.6, "74 W"), (999.4, "999 W"), (999.6, "1.0 kW"), (4140.0, "4.1 kW")] {
            assert_eq!(plain(&power(watts)), text);
        }
        assert_eq!(plain(&power_of(652.4, 700.0)), "652 / 700 W");
        assert_eq!(plain(&power_of(652.4, 5600.0)), "0.7 / 5.6 kW");
    }

    #[test]
    fn clocks_and_temperatures() {
        assert_eq!(plain(&clock(1980)), "1.98 GHz");
        assert_eq!(plain(&clock(1005)), "1.01 GHz");
        assert_eq!(plain(&clock(210)), "210 MHz");
        assert_eq!(plain(&temperature(64)), "64 °C");
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        let text = |seconds| duration(seconds).replace(THIN, " ");
        assert_eq!(text(38 * 86_400 + 4 * 3600 + 59), "38 d 4 h");
        assert_eq!(text(6 * 3600 + 12 * 60), "6 h 12 m");
        assert_eq!(text(61), "1 m 1 s");
        assert_eq!(text(7), "7 s");
    }

    #[test]
    fn a_time_of_day_says_which_zone_unless_it_is_the_readers() {
        let three_past_two = (14 * 3600 + 3 * 60 + 7) * 1000;
        assert_eq!(time_of_day(three_past_two, None), "14:03:07 UTC");
        assert_eq!(time_of_day(three_past_two, Some(-120)), "16:03:07");
        assert_eq!(time_of_day(three_past_two, Some(15 * 60)), "23:03:07");
    }

    #[test]
    fn impossible_numbers_do_no_harm() {
        assert_eq!(tenths(f64::NAN), "0.0");
        assert_eq!(tenths(-3.0), "0.0");
        assert!((share(5.0, 0.0)).abs() < f64::EPSILON);
        assert!((share(9.0, 3.0) - 100.0).abs() < f64::EPSILON);
    }

    #[test]
    fn words() {
        assert_eq!(count(1, "GPU"), "1\u{a0}GPU");
        assert_eq!(count(0, "GPU"), "0\u{a0}GPUs");
        assert_eq!(sentence("power-capped".to_owned()), "Power-capped");
        assert_eq!(sentence("°".to_owned()), "°");
        assert_eq!(cuda(12_040), "12.4");
    }
}
