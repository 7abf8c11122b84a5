//! The counts as JSON.

use hdrhistogram::Histogram;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

use crate::{shared::Shared, tally::Background};

/// All that was counted.
pub(crate) fn of(shared: &Shared) -> Value {
    let tally = shared.tally.borrow();
    let seconds = shared.seconds();
    let there = || tally.viewers.iter().filter(|one| one.last > 0);
    let rates = there().map(|one| ratio(one.messages, seconds));
    let total: u64 = there().map(|one| one.messages).sum();
    json!({
        "seconds": round(seconds, 3),
        "viewers": {
            "asked": shared.arguments.viewers,
            "connected": tally.connected,
            "greeted": tally.greeted,
            "atEnd": there().filter(|one| !one.gone).count(),
            "deflate": tally.deflate,
            "subprotocol": tally.subprotocol,
        },
        "messages": tally.messages,
        "repeats": tally.repeats,
        "bytes": tally.bytes,
        "ratePerViewerHz": {
            "mean": round(ratio(total, seconds) / count(tally.greeted.max(1)), 3),
            "min": round(rates.fold(f64::INFINITY, f64::min).min(1e9), 3),
        },
        "bytesPerMessage": round(ratio(tally.bytes, count64(tally.messages.max(1))), 1),
        "firstMessageBytes": round(ratio(tally.first_bytes, count(tally.greeted.max(1))), 1),
        "firstMessageMicros": times(&tally.first),
        "latencyMicros": times(&tally.latency),
        "withoutTime": tally.unreadable + count_u64(shared.stamps.borrow().unknown()),
        "longestGapMicros": there().map(|one| one.longest_gap).max(),
        "errors": tally.errors,
        "stalled": background(&tally.stalled),
        "slow": background(&tally.slow),
        "churn": background(&tally.churn),
        "serverCpuSeconds": shared.server_spent().map(|nanos| count64(nanos) / 1e9),
        "generatorCpuSeconds": round(own_cpu(), 3),
    })
}

fn background(one: &Background) -> Value {
    json!({"connected": one.connected, "dropped": one.dropped, "failed": one.failed})
}

fn times(histogram: &Histogram<u64>) -> Value {
    if histogram.is_empty() {
        return json!({"count": 0});
    }
    json!({
        "count": histogram.len(),
        "p50": histogram.value_at_quantile(0.5),
        "p90": histogram.value_at_quantile(0.9),
        "p99": histogram.value_at_quantile(0.99),
        "max": histogram.max(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of minutes")]
fn own_cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn ratio(part: u64, of: f64) -> f64 {
    if of > 0.0 { count64(part) / of } else { 0.0 }
}

fn round(value: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}

fn count(n: usize) -> f64 {
    count64(count_u64(n))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a short time")]
fn count64(n: u64) -> f64 {
    n as f64
}

fn count_u64(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
