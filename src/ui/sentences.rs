//! The sentences on a card: what is wrong with the GPU, what holds its clock back,
//! and how fast it runs.

use leptos::prelude::*;

use super::{
    events, format,
    health::{health, link},
    held_back::{brief, held_back},
    insight::{self, headroom},
    list::through,
    piece::{Piece, live},
    shown::{Shown, Tone},
    store::{Card, Store},
    value::value,
};
use crate::telemetry::{Gpu, GpuState, Metric};

#[component]
pub(crate) fn Sentences(store: Store, card: Card, key: String) -> impl IntoView {
    let said = move || {
        let gpu = card.gpu.read();
        [
            [("xid", error(store, &key)), ("health", health(&gpu)), ("pcie", link(&gpu))],
            [
                ("idle-hog", hog(store, &gpu)),
                ("runway", runway(store, &gpu, &key)),
                ("headroom", headroom(&gpu)),
            ],
            [
                ("state-detail", trouble(&gpu, store.zone.get())),
                ("limiter", limiter(&gpu)),
                ("clock", clock(&gpu)),
            ],
        ]
    };
    let line = |parts: [(&'static str, Shown); 3]| {
        let values = parts.map(|(testid, shown)| value(testid, shown));
        Piece::new("p").with("class", "sentence").holding(values)
    };
    live(move || through().holding(said().map(line)))
}

/// The worst of them, where one is worth a look. The memory's future is known to the
/// client alone, and read for a card whose sentences are not in sight.
pub(super) fn worst(store: Store, card: Card, key: &str, folded: bool) -> Shown {
    let gpu = &card.gpu.read();
    let runway = if folded { runway(store, gpu, key) } else { Shown::default() };
    the_worst(&[
        trouble(gpu, store.zone.get()),
        error(store, key),
        health(gpu),
        link(gpu),
        hog(store, gpu),
        runway,
        headroom(gpu),
        brief(gpu),
    ])
}

fn the_worst(said: &[Shown]) -> Shown {
    let of = |tone| said.iter().find(|shown| shown.tone == tone).cloned();
    of(Tone::Bad).or_else(|| of(Tone::Warn)).unwrap_or_default()
}

fn runway(store: Store, gpu: &Gpu, key: &str) -> Shown {
    let total = gpu.memory_total.filter(|_| !gpu.memory_unified);
    store.with_history(|history| {
        let memory = history.gpus.get(key).into_iter().flat_map(|track| &track.memory);
        insight::runway(history.times.iter().copied().zip(memory.copied()), total)
    })
}

fn hog(store: Store, gpu: &Gpu) -> Shown {
    insight::idle_hog(gpu, store.machine.read().taken)
}

/// Its last error.
fn error(store: Store, key: &str) -> Shown {
    let zone = store.zone.get();
    let recent = events::recent(&store.machine.read(), key, zone);
    recent.map_or_else(Shown::default, |words| Shown { tone: Tone::Warn, ..Shown::text(words) })
}

/// Why a GPU cannot be read, and of when the values on its card are.
fn trouble(gpu: &Gpu, zone: Option<i32>) -> Shown {
    if gpu.state == GpuState::Ok {
        return Shown::default();
    }
    let mut words = gpu.state_detail.clone().unwrap_or_else(|| "It cannot be read.".to_owned());
    if let Some(last) = &gpu.last_known {
        words.push_str(" Values are the last known, of ");
        words.push_str(&format::time_of_day(last.timestamp.millis(), zone));
        words.push('.');
    }
    let tone = match gpu.state {
        GpuState::Lost => Tone::Bad,
        GpuState::Unreadable => Tone::Warn,
        GpuState::Ok | GpuState::Asleep => Tone::Plain,
    };
    Shown { tone, ..Shown::text(words) }
}

fn limiter(gpu: &Gpu) -> Shown {
    if gpu.state == GpuState::Ok { held_back(gpu) } else { Shown::default() }
}

/// "1.98 GHz of 1.98 GHz"
fn clock(gpu: &Gpu) -> Shown {
    if gpu.state != GpuState::Ok {
        return Shown::default();
    }
    let Some(now) = clock_now(gpu) else {
        return Shown::unless_untold(gpu, Metric::ClockSm, "clock —");
    };
    let most = if gpu.clock_sm.is_some() { gpu.clock_sm_max } else { gpu.clock_graphics_max };
    let mut words = format::clock(now).text();
    if let Some(most) = most {
        words.push_str(" of ");
        words.push_str(&format::clock(most).text());
    }
    Shown::text(words)
}

/// MHz, of the multiprocessors where that is known.
pub(super) fn clock_now(gpu: &Gpu) -> Option<u32> {
    gpu.clock_sm.or(gpu.clock_graphics)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        telemetry::{LastKnown, Reason, Timestamp},
        ui::format::THIN,
    };

    #[test]
    fn a_gpu_that_cannot_be_read_says_why_instead() {
        let gpu = Gpu {
            state: GpuState::Lost,
            state_detail: Some("Fell off the bus.".into()),
            clock_sm: Some(1980),
            limiters: Some(Vec::new()),
            ..Gpu::default()
        };
        assert_eq!(trouble(&gpu, Some(0)), Shown { tone: Tone::Bad, ..Shown::text("Fell off the bus.") });
        assert_eq!((clock(&gpu), limiter(&gpu)), (Shown::default(), Shown::default()));
        let last = LastKnown { timestamp: Timestamp::from_millis(3000), gpu: Gpu::default() };
        let known = Gpu { last_known: Some(Box::new(last)), ..gpu.clone() };
        assert!(trouble(&known, Some(0)).text.ends_with(" Values are the last known, of 00:00:03."));
        let asleep = Gpu { state: GpuState::Asleep, state_detail: None, ..gpu.clone() };
        assert_eq!(trouble(&asleep, None).tone, Tone::Plain);
        let unreadable = Gpu { state: GpuState::Unreadable, ..gpu.clone() };
        assert_eq!(trouble(&unreadable, None).tone, Tone::Warn);
        assert_eq!(trouble(&Gpu { state: GpuState::Ok, ..gpu }, None), Shown::default());
    }

    #[test]
    fn the_worst_is_what_is_broken_and_then_what_is_worth_a_look() {
        let [warn, bad] = [Tone::Warn, Tone::Bad].map(|tone| Shown { tone, ..Shown::text("▲") });
        let calm = [Shown::text("Idle"), Shown::missing(None)];
        assert_eq!(the_worst(&calm), Shown::default());
        assert_eq!(the_worst(&[Shown::text("Idle"), warn.clone()]), warn);
        assert_eq!(the_worst(&[warn, bad.clone()]), bad);
    }

    #[test]
    fn clocks_are_of_their_maximum_or_unknown() {
        let mut gpu = Gpu { clock_sm: Some(210), clock_sm_max: Some(1980), ..Gpu::default() };
        assert_eq!(clock(&gpu).text.replace(THIN, " "), "210 MHz of 1.98 GHz");
        gpu.clear(Reason::NotSupported);
        assert_eq!((clock(&gpu).tone, limiter(&gpu).tone), (Tone::Unknown, Tone::Unknown));
        gpu.clear(Reason::NotReported);
        assert_eq!((clock(&gpu), limiter(&gpu)), (Shown::default(), Shown::default()));
    }
}
