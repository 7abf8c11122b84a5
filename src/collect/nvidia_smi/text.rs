//! What nvidia-smi's words and figures mean.

use crate::{
    collect::{advice, processes::text::printable, source::Reading},
    telemetry::{Reason, RecoveryAction},
};

/// What it prints instead of every value of a GPU that is gone.
const LOST: &str = "GPU is lost";
/// The same, of one that may come back.
const NEEDS_RESET: &str = "GPU requires reset";

/// The value that a text stands for, or why it stands for none.
pub(super) fn value(text: &str) -> Reading<&str> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text).trim();
    let is = |words: &str| bare.eq_ignore_ascii_case(words);
    if bare.is_empty() {
        Err(Reason::NotReported)
    } else if trouble(bare).is_some() {
        Err(Reason::Lost)
    } else if is("N/A")
        || is("Not Supported")
        || is("Not Available")
        || is("Function Not Found")
        || is("Requested functionality has been deprecated")
    {
        Err(Reason::NotSupported)
    } else if is("Insufficient Permissions") || is("No Permission") {
        Err(Reason::NoPermission)
    } else if is("Timeout") {
        Err(Reason::Timeout)
    } else if is("Unknown Error") || is("ERR!") || is("Error") || is("Unknown") || is("Not Found") {
        Err(Reason::Error)
    } else {
        Ok(text)
    }
}

/// What is wrong with the GPU, if this text says that it does not answer: one sentence.
pub(super) fn trouble(text: &str) -> Option<&'static str> {
    // It is short where it says so; not all of what is long is looked through.
    let text = &text.as_bytes()[..text.len().min(512)];
    let has = |words: &str| text.windows(words.len()).any(|at| at.eq_ignore_ascii_case(words.as_bytes()));
    if has(LOST) {
        Some(advice::LOST)
    } else if has(NEEDS_RESET) {
        Some(advice::NEEDS_RESET)
    } else {
        None
    }
}

/// The units of a figure, with how many of the wanted unit each is. Without a
/// unit, a figure is in the first.
pub(super) type Units = &'static [(&'static str, f64)];

pub(super) const NONE: Units = &[("", 1.0)];
pub(super) const PERCENT: Units = &[("%", 1.0)];
pub(super) const CELSIUS: Units = &[("C", 1.0)];
pub(super) const WATTS: Units = &[("W", 1.0), ("mW", 0.001)];
pub(super) const MEGAHERTZ: Units = &[("MHz", 1.0)];
pub(super) const LANES: Units = &[("x", 1.0)];
pub(super) const MIB: Units = &[("MiB", 1.0), ("KiB", 1.0 / 1024.0), ("GiB", 1024.0)];
/// To bytes per second. Thousands: it is the driver's own count of a link's traffic.
pub(super) const BYTES_PER_SECOND: Units = &[("KB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9)];

/// No figure of a GPU comes near to this; up to here, whole numbers are exact.
const MOST: f64 = 1e12;

/// A figure in the first of these units.
pub(super) fn real(text: &str, units: Units) -> Reading<f64> {
    let text = value(text)?;
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-' || c == '+')).unwrap_or(text.len());
    let (figure, unit) = text.split_at(end);
    let unit = unit.trim();
    let scale = if unit.is_empty() {
        units.first().map(|(_, scale)| *scale)
    } else {
        units.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale)
    };
    // Minus zero would be shown as such.
    let figure = figure.parse::<f64>().ok().filter(|figure| (0.0..MOST).contains(figure)).map(f64::abs);
    figure.zip(scale).map(|(figure, scale)| figure * scale).ok_or(Reason::Error)
}

/// Most memory that is believed, in MiB: a pebibyte.
pub(super) const MOST_MIB: f64 = 1_073_741_824.0;

/// An amount of memory in MiB.
pub(super) fn mib(text: &str) -> Reading<f64> {
    real(text, MIB).and_then(|mib| if mib <= MOST_MIB { Ok(mib) } else { Err(Reason::Error) })
}

/// A whole figure in the first of these units.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see MOST")]
pub(super) fn whole(text: &str, units: Units) -> Reading<u64> {
    real(text, units).map(|figure| figure.round() as u64)
}

/// Most characters of a text that is shown. No name of a GPU comes near to this.
pub(super) const LONGEST: usize = 256;

/// A name or the like, as it may be shown.
pub(super) fn words(text: &str) -> Reading<String> {
    let words: String = printable(value(text)?).trim().chars().take(LONGEST).collect();
    if words.is_empty() { Err(Reason::NotReported) } else { Ok(words) }
}

/// Microseconds, of which a counter has more than other figures ever come to.
pub(super) fn microseconds(text: &str) -> Reading<u64> {
    let figure = value(text)?;
    figure.strip_suffix("us").unwrap_or(figure).trim_end().parse().map_err(|_| Reason::Error)
}

/// What the driver advises.
pub(super) fn recovery_action(text: &str) -> Reading<RecoveryAction> {
    Ok(match value(text)? {
        "None" => RecoveryAction::None,
        "Reset" => RecoveryAction::Reset,
        "Reboot" => RecoveryAction::Reboot,
        "Drain P2P" => RecoveryAction::DrainP2p,
        "Drain and Reset" => RecoveryAction::DrainAndReset,
        _ => RecoveryAction::Other,
    })
}

/// A word for on and one for off.
pub(super) fn flag(text: &str) -> Reading<bool> {
    match value(text)? {
        "Enabled" | "Yes" | "Active" => Ok(true),
        "Disabled" | "No" | "Not Active" => Ok(false),
        _ => Err(Reason::Error),
    }
}

/// `P0` to `P15`.
pub(super) fn performance_state(text: &str) -> Reading<u32> {
    let digits = value(text)?.strip_prefix('P').ok_or(Reason::Error)?;
    digits.parse().ok().filter(|state| *state <= 15).ok_or(Reason::Error)
}

/// `13.0` as 13000.
pub(super) fn cuda_version(text: &str) -> Reading<u32> {
    let (major, minor) = value(text)?.split_once('.').ok_or(Reason::Error)?;
    let part = |digits: &str| digits.parse::<u32>().ok().filter(|part| *part < 100);
    part(major).zip(part(minor)).map(|(major, minor)| 1000 * major + 10 * minor).ok_or(Reason::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_are_reasons() {
        for (text, reason) in [
            ("N/A", Reason::NotSupported),
            ("[N/A]", Reason::NotSupported),
            ("[Not Supported]", Reason::NotSupported),
            ("Requested functionality has been deprecated", Reason::NotSupported),
            ("[Function Not Found]", Reason::NotSupported),
            ("Insufficient Permissions", Reason::NoPermission),
            ("[Unknown Error]", Reason::Error),
            ("ERR!", Reason::Error),
            ("GPU is lost", Reason::Lost),
            ("[GPU requires reset]", Reason::Lost),
            (" ", Reason::NotReported),
            ("", Reason::NotReported),
            ("[]", Reason::NotReported),
        ] {
            assert_eq!(value(text), Err(reason), "{text}");
            assert_eq!(real(text, MIB), Err(reason), "{text}");
        }
    }

    #[test]
    fn figures_may_have_a_unit() {
        assert_eq!(real("81559 MiB", MIB), Ok(81559.0));
        assert_eq!(real(" 81559 ", MIB), Ok(81559.0));
        assert_eq!(real("2 GiB", MIB), Ok(2048.0));
        assert_eq!(real("68.57 W", WATTS), Ok(68.57));
        assert_eq!(whole("16x", LANES), Ok(16));
        assert_eq!(whole("830 KB/s", BYTES_PER_SECOND), Ok(830_000));
        assert_eq!(whole("0 %", PERCENT), Ok(0));
        assert!(real("-0 W", WATTS).is_ok_and(f64::is_sign_positive));
    }

    #[test]
    fn what_is_no_figure_of_this_kind_is_an_error() {
        for text in
            ["12 parsecs", "-4 %", "1-2 %", "1.2.3", "1e999", "NaN", "abc", "0x10", "%", "1000000000000"]
        {
            assert_eq!(whole(text, PERCENT), Err(Reason::Error), "{text}");
        }
    }

    #[test]
    fn words_are_short_and_harmless() {
        assert_eq!(words(" NVIDIA L40S ").as_deref(), Ok("NVIDIA L40S"));
        assert_eq!(words("a\u{1b}[31m\u{202e}b").as_deref(), Ok("a [31m b"));
        assert_eq!(words("\u{1b}"), Err(Reason::NotReported));
        assert_eq!(words("N/A"), Err(Reason::NotSupported));
        assert_eq!(words(&"x".repeat(100_000)).map(|words| words.len()), Ok(LONGEST));
    }

    #[test]
    fn flags_states_and_versions() {
        assert_eq!(flag("Enabled"), Ok(true));
        assert_eq!(flag("No"), Ok(false));
        assert_eq!(flag("[N/A]"), Err(Reason::NotSupported));
        assert_eq!(flag("Perhaps"), Err(Reason::Error));
        assert_eq!(performance_state("P8"), Ok(8));
        assert_eq!(performance_state("P16"), Err(Reason::Error));
        assert_eq!(cuda_version("13.0"), Ok(13_000));
        assert_eq!(cuda_version("12.8"), Ok(12_080));
        assert_eq!(cuda_version("12"), Err(Reason::Error));
    }

    #[test]
    fn a_gpu_that_is_gone_is_told_by_any_of_its_values() {
        assert!(trouble("Unable to determine the device handle: GPU is lost.  Reboot").is_some());
        assert!(trouble("[GPU requires reset]").unwrap().contains("reset"));
        assert_eq!(trouble("Unknown Error"), None);
    }
}
