//! Rates from counters of bytes.

use std::time::Instant;

use nvml_wrapper::enums::device::SampleValue;

use crate::{collect::source::Reading, telemetry::Reason};

/// A counter's last stand.
#[derive(Debug, Default)]
pub(super) struct Counter {
    last: Option<(u64, Instant)>,
    /// It was seen to begin anew.
    wraps: bool,
}

impl Counter {
    /// Bytes per second since the last call.
    ///
    /// Only of a counter that does not wrap: with 32 bits, which a PCIe link fills
    /// several times a second, no rate can be told from a higher one.
    pub(super) fn rate(&mut self, value: &SampleValue, now: Instant) -> Reading<u64> {
        let bytes = match *value {
            SampleValue::U64(bytes) => bytes,
            SampleValue::I64(bytes) => u64::try_from(bytes).map_err(|_| Reason::Error)?,
            SampleValue::U32(_) | SampleValue::F64(_) => return Err(Reason::NotSupported),
        };
        let Some((before, then)) = self.last.replace((bytes, now)) else { return Err(Reason::Pending) };
        self.wraps |= bytes < before;
        if self.wraps {
            return Err(Reason::NotSupported);
        }
        let micros = now.saturating_duration_since(then).as_micros();
        let rate = (u128::from(bytes - before) * 1_000_000).checked_div(micros).ok_or(Reason::Pending)?;
        u64::try_from(rate).map_err(|_| Reason::Error)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_rate_needs_two_stands() {
        let (mut counter, start) = (Counter::default(), Instant::now());
        assert_eq!(counter.rate(&SampleValue::U64(5_000_000_000), start), Err(Reason::Pending));
        let later = start + Duration::from_millis(500);
        assert_eq!(counter.rate(&SampleValue::U64(5_000_001_000), later), Ok(2000));
        assert_eq!(counter.rate(&SampleValue::U64(5_000_001_000), later), Err(Reason::Pending));
    }

    #[test]
    fn a_counter_that_wraps_is_not_trusted() {
        let (mut counter, start) = (Counter::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!(counter.rate(&SampleValue::U64(4_000_000_000), at(0)), Err(Reason::Pending));
        assert_eq!(counter.rate(&SampleValue::U64(7), at(100)), Err(Reason::NotSupported));
        assert_eq!(counter.rate(&SampleValue::U64(1007), at(200)), Err(Reason::NotSupported));
        assert_eq!(Counter::default().rate(&SampleValue::U32(7), start), Err(Reason::NotSupported));
    }
}
