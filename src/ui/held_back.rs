//! What holds a GPU's clock back, and for how much of the last minute. Pure.

use super::{
    format::{self, THIN},
    shown::{Shown, Tone},
};
use crate::telemetry::{Gpu, Limiter, LimiterShares, Metric};

/// % of the time below which a limiter that is not at work now goes unsaid: the
/// driver's loops touch their limits in passing.
const PASSING: f64 = 1.0;
/// % of the time from which a limiter is worth a look, also while it rests: one
/// that comes and goes must not blink.
const OFTEN: f64 = 10.0;

/// "▲ Power-capped 42 % of the last 60 s". By the driver's counters where there are
/// any, else by what it says of this instant; by both where they differ.
pub(super) fn held_back(gpu: &Gpu) -> Shown {
    let now: Vec<Limiter> = gpu.limiters.iter().flatten().copied().filter(|l| l.is_alarm()).collect();
    let counted = gpu.limiter_shares.as_ref().filter(|counted| counted.seconds > 0);
    let lately = counted.map(|counted| lately(counted, &now)).unwrap_or_default();
    // At work, but not yet by the counters.
    let fresh: Vec<&str> =
        now.iter().filter(|l| lately.iter().all(|(known, _)| known != *l)).map(|l| l.text()).collect();
    let mut words = fresh.join(", ");
    if !lately.is_empty() {
        if !fresh.is_empty() {
            words.push_str(" now; ");
        }
        words.push_str(&shares(&lately));
        words.push_str(&of_the_last(counted));
        if gpu.limiters.is_some() && now.is_empty() {
            words.push_str(", not now");
        }
    }
    if words.is_empty() {
        return calm(gpu, counted);
    }
    let often: f64 = lately.iter().map(|(_, percent)| percent).sum();
    let words = format::sentence(words);
    if now.is_empty() && often < OFTEN {
        return Shown::text(words);
    }
    Shown { tone: Tone::Warn, ..Shown::text(["▲ ", &words].concat()) }
}

/// The same without the time that it is said of: "▲ Power-capped 42 %".
pub(super) fn brief(gpu: &Gpu) -> Shown {
    let mut shown = held_back(gpu);
    let counted = gpu.limiter_shares.as_ref();
    if let Some((before, after)) = shown.text.split_once(&of_the_last(counted)) {
        let short = [before, after].concat();
        shown.note = Some(std::mem::replace(&mut shown.text, short));
    }
    shown
}

/// The alarms that were counted, the longest first.
fn lately(counted: &LimiterShares, now: &[Limiter]) -> Vec<(Limiter, f64)> {
    let mut lately: Vec<(Limiter, f64)> = Vec::new();
    for (&limiter, &percent) in &counted.shares {
        if limiter.is_alarm() && (percent >= PASSING || percent > 0.0 && now.contains(&limiter)) {
            // A handful: the library's sort would be a hundredth of the client.
            let place = lately.iter().position(|(_, other)| *other < percent).unwrap_or(lately.len());
            lately.insert(place, (limiter, percent));
        }
    }
    lately
}

/// "power-capped 42 %, slowed by heat 3 %"
fn shares(lately: &[(Limiter, f64)]) -> String {
    let parts: Vec<String> = lately
        .iter()
        .map(|(limiter, percent)| {
            let under = if *percent < PASSING { " under " } else { " " };
            [limiter.text(), under, &format::percent(percent.max(PASSING)).text()].concat()
        })
        .collect();
    parts.join(", ")
}

/// " of the last 60 s"
fn of_the_last(counted: Option<&LimiterShares>) -> String {
    let seconds = counted.map_or(0, |counted| counted.seconds).to_string();
    [" of the last ", &seconds, THIN.encode_utf8(&mut [0; 3]), "s"].concat()
}

/// Nothing is wrong, or nothing is known.
fn calm(gpu: &Gpu, counted: Option<&LimiterShares>) -> Shown {
    match &gpu.limiters {
        Some(limiters) if limiters.is_empty() => Shown::text("No limiter active"),
        Some(limiters) => {
            let names: Vec<&str> = limiters.iter().map(|limiter| limiter.text()).collect();
            Shown::text(format::sentence(names.join(", ")))
        }
        None if counted.is_some() => Shown::text(["No limiter in", &of_the_last(counted)[3..]].concat()),
        None => Shown::unless_untold(gpu, Metric::Limiters, "Limiter —"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Reason;

    fn gpu(now: Option<&[Limiter]>, counted: Option<(u32, &[(Limiter, f64)])>) -> Gpu {
        Gpu {
            limiters: now.map(<[_]>::to_vec),
            limiter_shares: counted
                .map(|(seconds, shares)| LimiterShares { seconds, shares: shares.iter().copied().collect() }),
            ..Gpu::default()
        }
    }

    use Limiter::{ClockSetting, Idle, PowerBrake, PowerCap, ThermalSoftware};

    #[test]
    fn flags_alone_speak_of_now() {
        for (now, words, tone) in [
            (&[][..], "No limiter active", Tone::Plain),
            (&[Idle], "Idle", Tone::Plain),
            (&[PowerCap], "▲ Power-capped", Tone::Warn),
            (&[ClockSetting, PowerCap, ThermalSoftware], "▲ Power-capped, slowed by heat", Tone::Warn),
        ] {
            let shown = held_back(&gpu(Some(now), None));
            assert_eq!((shown.text.as_str(), shown.tone), (words, tone));
        }
    }

    #[test]
    fn counters_speak_of_the_last_minute() {
        type Shares = &'static [(Limiter, f64)];
        for (now, seconds, shares, words, tone) in [
            (
                &[PowerCap][..],
                60,
                &[(PowerCap, 42.3)][..] as Shares,
                "▲ Power-capped 42 % of the last 60 s",
                Tone::Warn,
            ),
            (
                &[PowerCap],
                12,
                &[(PowerCap, 100.0), (Idle, 3.0)],
                "▲ Power-capped 100 % of the last 12 s",
                Tone::Warn,
            ),
            // It comes and goes.
            (&[], 60, &[(PowerCap, 42.3)], "▲ Power-capped 42 % of the last 60 s, not now", Tone::Warn),
            (&[], 60, &[(PowerCap, 4.0)], "Power-capped 4 % of the last 60 s, not now", Tone::Plain),
            // It has just begun.
            (&[PowerCap], 60, &[], "▲ Power-capped", Tone::Warn),
            (&[PowerCap], 60, &[(PowerCap, 0.2)], "▲ Power-capped under 1 % of the last 60 s", Tone::Warn),
            (
                &[PowerBrake],
                60,
                &[(ThermalSoftware, 20.0), (PowerCap, 30.0)],
                "▲ Power brake now; power-capped 30 %, slowed by heat 20 % of the last 60 s",
                Tone::Warn,
            ),
            // Rest and choice are no limits.
            (&[Idle], 60, &[(Idle, 96.0), (ClockSetting, 100.0), (PowerCap, 0.4)], "Idle", Tone::Plain),
            (&[], 0, &[(PowerCap, 42.3)], "No limiter active", Tone::Plain),
        ] {
            let shown = held_back(&gpu(Some(now), Some((seconds, shares))));
            assert_eq!((shown.text.replace(THIN, " ").as_str(), shown.tone), (words, tone));
        }
    }

    #[test]
    fn in_brief_the_time_is_on_hover() {
        let capped = gpu(Some(&[]), Some((60, &[(PowerCap, 42.3)])));
        let shown = brief(&capped);
        assert_eq!(shown.text.replace(THIN, " "), "▲ Power-capped 42 %, not now");
        assert_eq!(shown.note, Some(held_back(&capped).text));
        assert_eq!(brief(&gpu(Some(&[]), None)), Shown::text("No limiter active"));
    }

    #[test]
    fn counters_speak_also_where_nothing_is_known_of_now() {
        let words = |shares| held_back(&gpu(None, Some((60, shares)))).text.replace(THIN, " ");
        assert_eq!(words(&[(PowerCap, 42.0)]), "▲ Power-capped 42 % of the last 60 s");
        assert_eq!(words(&[]), "No limiter in the last 60 s");
    }

    #[test]
    fn what_is_unknown_has_its_reason_and_what_a_source_never_tells_no_line() {
        let mut gpu = Gpu::default();
        gpu.unavailable.insert(Metric::Limiters, Reason::NoPermission);
        assert_eq!(held_back(&gpu).note.as_deref(), Some(Reason::NoPermission.text()));
        gpu.unavailable.insert(Metric::Limiters, Reason::NotReported);
        assert_eq!(held_back(&gpu), Shown::default());
    }
}
