//! What the figures of a GPU mean together, said only where they carry it. Pure.

use super::{
    format,
    memory_ledger::HIDDEN_USERS,
    shown::{Shown, Tone},
    store::is_hot,
};
use crate::telemetry::{Gpu, GpuState, ProcessKind, ProcessMetric, Reason, Timestamp};

/// A GPU that does nothing for so long, in milliseconds, is not merely between two steps,
const IDLE_MS: u64 = 600_000;
/// and so many MiB are worth asking for.
const HELD_MIB: f64 = 1024.0;

/// The line through the memory's last minute is believed only if it covers so many milliseconds,
const COVERED_MS: f64 = 30_000.0;
/// with so many samples,
const SAMPLES: usize = 8;
/// rises by this share of the memory on the way,
const RISE: f64 = 0.01;
/// and explains so much of what is seen (the coefficient of determination, R²).
const STEADY: f64 = 0.95;
/// Beyond so many minutes a minute says nothing.
const FAR_MINUTES: f64 = 30.0;

/// "▲ 4 °C below slowdown at 87 °C", where it is so little that a reader should look
/// ([`is_hot`]).
pub(super) fn headroom(gpu: &Gpu) -> Shown {
    let known = gpu.temperature.zip(gpu.temperature_slowdown);
    let Some((now, slowdown)) = known.filter(|(now, slowdown)| is_hot(*now, Some(*slowdown))) else {
        return Shown::default();
    };
    let at = format::temperature(slowdown).text();
    let words = match slowdown.checked_sub(now) {
        Some(left) if left > 0 => {
            ["▲ ", &format::temperature(left).text(), " below slowdown at ", &at].concat()
        }
        _ => ["▲ At or above slowdown at ", &at].concat(),
    };
    Shown { tone: Tone::Warn, ..Shown::text(words) }
}

/// "▲ Idle for 6 h, 40 GiB still held by bob": processes that keep memory of a GPU
/// which has done nothing for ten minutes or more.
pub(super) fn idle_hog(gpu: &Gpu, now: Timestamp) -> Shown {
    let Some(since) = gpu.idle_since.filter(|_| gpu.state == GpuState::Ok) else { return Shown::default() };
    let idle = now.millis().saturating_sub(since.millis());
    let (mut held, mut hidden) = (0.0, false);
    let mut users: Vec<&str> = Vec::new();
    // Desktops hold a little everywhere.
    for process in gpu.processes.iter().filter(|p| p.kind != Some(ProcessKind::Graphics)) {
        held += process.used_memory.unwrap_or_default();
        let hides = process.user.is_none() && process.hides(ProcessMetric::User);
        hidden |= hides;
        let nobody = if hides { HIDDEN_USERS } else { "unknown user" };
        let user = process.user.as_deref().unwrap_or(nobody);
        if !users.contains(&user) {
            users.push(user);
        }
    }
    if idle < IDLE_MS || held < HELD_MIB {
        return Shown::default();
    }
    let who = match users.as_slice() {
        [] => return Shown::default(),
        [one] => (*one).to_owned(),
        [one, rest @ ..] => [one, " and ", &rest.len().to_string(), " more"].concat(),
    };
    // The larger unit is enough, and does not fidget.
    let long = format::duration(idle / 1000);
    let words = [
        "▲ Idle for ",
        long.split(' ').next().unwrap_or_default(),
        ", ",
        &format::memory(held).text(),
        " still held by ",
        &who,
    ]
    .concat();
    let note = hidden.then(|| Reason::Hidden.text().to_owned());
    Shown { tone: Tone::Warn, note, ..Shown::text(words) }
}

/// "▲ Memory full in about 9 min at this rate": where the memory has grown steadily.
/// `points` are milliseconds and MiB, `None` where nothing is known.
pub(super) fn runway(points: impl Iterator<Item = (u64, Option<u32>)>, total: Option<f64>) -> Shown {
    let points: Vec<(f64, f64)> =
        points.filter_map(|(at, mib)| Some((precise(at), f64::from(mib?)))).collect();
    let (Some(&(first, _)), Some(&(last, used)), Some(total)) = (points.first(), points.last(), total) else {
        return Shown::default();
    };
    if points.len() < SAMPLES || last - first < COVERED_MS {
        return Shown::default();
    }
    // Least squares, around the means.
    let count = points.iter().map(|_| 1.0).sum::<f64>();
    let (mean_at, mean) = points.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / count, sum.1 + p.1 / count));
    let (mut both, mut times, mut values) = (0.0, 0.0, 0.0);
    for (at, mib) in &points {
        let (at, mib) = (at - mean_at, mib - mean);
        both += at * mib;
        times += at * at;
        values += mib * mib;
    }
    let slope = both / times;
    let steady = both * both / (times * values);
    let rise = slope * (last - first);
    let minutes = (total - used) / slope / 60_000.0;
    // Written so that what is no number is no insight.
    let tells = steady >= STEADY && rise >= RISE * total && minutes > 0.0 && minutes <= FAR_MINUTES;
    if !tells {
        return Shown::default();
    }
    let time = if minutes < 1.5 {
        "a minute".to_owned()
    } else {
        format!("{}{}min", format::whole(minutes), format::THIN)
    };
    let words = ["▲ Memory full in about ", &time, " at this rate"].concat();
    Shown { tone: Tone::Warn, ..Shown::text(words) }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact")]
fn precise(millis: u64) -> f64 {
    millis as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Process;

    const HOUR: u64 = 3_600_000;

    fn held(mib: f64, kind: ProcessKind, user: Option<&str>) -> Process {
        Process { used_memory: Some(mib), kind: Some(kind), user: user.map(Into::into), ..Process::default() }
    }

    fn words(gpu: &Gpu, millis: u64) -> String {
        idle_hog(gpu, Timestamp::from_millis(millis)).text.replace(format::THIN, " ")
    }

    #[test]
    fn memory_that_is_held_for_nothing_is_told_with_its_users() {
        let mut gpu = Gpu {
            idle_since: Some(Timestamp::from_millis(HOUR)),
            processes: vec![held(40_960.0, ProcessKind::Compute, Some("bob"))],
            ..Gpu::default()
        };
        assert_eq!(words(&gpu, HOUR + IDLE_MS), "▲ Idle for 10 m, 40.0 GiB still held by bob");
        assert_eq!(words(&gpu, 7 * HOUR), "▲ Idle for 6 h, 40.0 GiB still held by bob");
        assert_eq!(words(&gpu, HOUR + IDLE_MS - 1), "", "not for long");
        gpu.processes.push(held(1.0, ProcessKind::Both, None));
        gpu.processes.push(held(1.0, ProcessKind::Compute, Some("bob")));
        assert_eq!(words(&gpu, 100 * HOUR), "▲ Idle for 4 d, 40.0 GiB still held by bob and 1 more");
        for process in &mut gpu.processes {
            process.set(ProcessMetric::User, |process| &mut process.user, Err(Reason::Hidden));
        }
        assert_eq!(words(&gpu, 100 * HOUR), "▲ Idle for 4 d, 40.0 GiB still held by hidden users");
        let note = idle_hog(&gpu, Timestamp::from_millis(100 * HOUR)).note;
        assert_eq!(note.as_deref(), Some(Reason::Hidden.text()));
        gpu.processes =
            vec![held(1000.0, ProcessKind::Compute, None), held(9e9, ProcessKind::Graphics, None)];
        assert_eq!(words(&gpu, 100 * HOUR), "", "too little");
        gpu.idle_since = None;
        assert_eq!(words(&gpu, 100 * HOUR), "", "busy");
    }

    /// A minute of memory, one sample a second.
    fn minute(mib: impl Fn(f64) -> f64) -> String {
        let points = (0..=60_u32).map(|n| (u64::from(n) * 1000, Some(mib(f64::from(n)).round())));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
        let points = points.map(|(at, mib)| (at, mib.map(|mib| mib as u32)));
        runway(points, Some(81_920.0)).text.replace(format::THIN, " ")
    }

    #[test]
    fn steady_growth_leads_to_an_end() {
        assert_eq!(minute(|s| 40_000.0 + 60.0 * s), "▲ Memory full in about 11 min at this rate");
        assert_eq!(minute(|s| 78_000.0 + 50.0 * s), "▲ Memory full in about a minute at this rate");
    }

    #[test]
    fn anything_else_leads_nowhere() {
        assert_eq!(minute(|_| 40_000.0), "", "flat");
        assert_eq!(minute(|s| 60_000.0 - 60.0 * s), "", "shrinking");
        assert_eq!(minute(|s| 40_000.0 + 10.0 * s), "", "too slow");
        assert_eq!(minute(|s| if s < 30.0 { 40_000.0 } else { 60_000.0 }), "", "a step");
        assert_eq!(minute(|s| 40_000.0 + 3000.0 * (s / 5.0).sin() + 60.0 * s), "", "a wave");
        let short = (0..20_u32).map(|n| (u64::from(n) * 1000, Some(1000 * n)));
        assert_eq!(runway(short, Some(81_920.0)), Shown::default(), "too short");
        let gaps = (0..60_u32).map(|n| (u64::from(n) * 1000, None));
        assert_eq!(runway(gaps, Some(81_920.0)), Shown::default(), "unknown");
        let full = (0..60_u32).map(|n| (u64::from(n) * 1000, Some(1000 + 100 * n)));
        assert_eq!(runway(full, Some(6900.0)), Shown::default(), "it is full already");
    }

    #[test]
    fn little_headroom_is_said_in_degrees() {
        let at = |temperature, slowdown| {
            let gpu =
                Gpu { temperature: Some(temperature), temperature_slowdown: slowdown, ..Gpu::default() };
            headroom(&gpu).text.replace(format::THIN, " ")
        };
        assert_eq!(at(83, Some(87)), "▲ 4 °C below slowdown at 87 °C");
        assert_eq!(at(88, Some(87)), "▲ At or above slowdown at 87 °C");
        assert_eq!((at(81, Some(87)).as_str(), at(99, None).as_str()), ("", ""));
    }
}
