//! What holds a GPU's clock back, in one sentence; what is wrong with the GPU
//! instead, where it cannot be read.

use leptos::prelude::*;

use super::{
    format,
    shown::{Shown, Tone},
    store::Card,
    value::Words,
};
use crate::telemetry::{Gpu, GpuState, Limiter, Metric};

#[component]
pub(crate) fn LimiterLine(card: Card) -> impl IntoView {
    view! {
        <p class="limiter">
            <Words shown=card.value(sentence) testid="limiter"/>
            <Words shown=card.value(clock) testid="clock"/>
        </p>
    }
}

fn sentence(gpu: &Gpu) -> Shown {
    match gpu.state {
        GpuState::Ok => limiters(gpu),
        state => {
            let words = gpu.state_detail.clone().unwrap_or_else(|| "It cannot be read.".to_owned());
            let tone = if state == GpuState::Asleep { Tone::Plain } else { Tone::Bad };
            Shown { tone, ..Shown::text(words) }
        }
    }
}

fn limiters(gpu: &Gpu) -> Shown {
    let Some(limiters) = &gpu.limiters else {
        let missing = Shown::missing(gpu.unavailable.get(&Metric::Limiters).copied());
        return Shown { text: "Limiter —".to_owned(), ..missing };
    };
    let names = |alarm: bool| {
        limiters
            .iter()
            .filter(|limiter| limiter.is_alarm() == alarm)
            .map(|l| Limiter::text(*l))
            .collect::<Vec<_>>()
    };
    let alarms = names(true);
    if !alarms.is_empty() {
        let words = ["▲ ", &format::sentence(alarms.join(", "))].concat();
        return Shown { tone: Tone::Warn, ..Shown::text(words) };
    }
    let calm = names(false);
    if calm.is_empty() {
        Shown::text("No limiter active")
    } else {
        Shown::text(format::sentence(calm.join(", ")))
    }
}

/// "1.98 GHz of 1.98 GHz"
fn clock(gpu: &Gpu) -> Shown {
    if gpu.state != GpuState::Ok {
        return Shown::default();
    }
    let (now, most) = if gpu.clock_sm.is_some() {
        (gpu.clock_sm, gpu.clock_sm_max)
    } else {
        (gpu.clock_graphics, gpu.clock_graphics_max)
    };
    let Some(now) = now else {
        let missing = Shown::missing(gpu.unavailable.get(&Metric::ClockSm).copied());
        return Shown { text: "clock —".to_owned(), ..missing };
    };
    let mut words = format::clock(now).text();
    if let Some(most) = most {
        words.push_str(" of ");
        words.push_str(&format::clock(most).text());
    }
    Shown::text(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{telemetry::Reason, ui::format::THIN};

    fn limited(limiters: &[Limiter]) -> Gpu {
        Gpu { limiters: Some(limiters.to_vec()), ..Gpu::default() }
    }

    #[test]
    fn rest_is_calm_and_a_cap_is_not() {
        for (limiters, words, tone) in [
            (&[][..], "No limiter active", Tone::Plain),
            (&[Limiter::Idle], "Idle", Tone::Plain),
            (&[Limiter::PowerCap], "▲ Power-capped", Tone::Warn),
            (
                &[Limiter::ClockSetting, Limiter::PowerCap, Limiter::ThermalSoftware],
                "▲ Power-capped, slowed by heat",
                Tone::Warn,
            ),
        ] {
            let shown = sentence(&limited(limiters));
            assert_eq!((shown.text.as_str(), shown.tone), (words, tone));
        }
    }

    #[test]
    fn a_lost_gpu_says_why_instead() {
        let gpu = Gpu {
            state: GpuState::Lost,
            state_detail: Some("Fell off the bus.".into()),
            clock_sm: Some(1980),
            ..limited(&[])
        };
        assert_eq!(sentence(&gpu), Shown { tone: Tone::Bad, ..Shown::text("Fell off the bus.") });
        assert_eq!(clock(&gpu), Shown::default());
    }

    #[test]
    fn clocks_are_of_their_maximum_or_unknown() {
        let mut gpu = Gpu { clock_sm: Some(210), clock_sm_max: Some(1980), ..Gpu::default() };
        assert_eq!(clock(&gpu).text.replace(THIN, " "), "210 MHz of 1.98 GHz");
        gpu.clear(Reason::NotSupported);
        assert_eq!((clock(&gpu).tone, sentence(&gpu).tone), (Tone::Unknown, Tone::Unknown));
    }
}
