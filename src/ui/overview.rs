//! The strip on top: all GPUs at one glance, and the host.

use leptos::prelude::*;

use super::{
    format::{self, Quantity},
    host::HostCell,
    shown::{Shown, Tone},
    store::{Card, Fleet, Store},
    value::{Bar, Value, Words},
};
use crate::telemetry::GpuState;

#[component]
pub(crate) fn Overview(store: Store) -> impl IntoView {
    let gpus = Memo::new(move |_| store.order.with(|order| !order.is_empty()));
    let host = Memo::new(move |_| store.system.with(Option::is_some));
    let nothing = move || !gpus.get() && !host.get();
    view! {
        <section class="panel strip" aria-label="Overview" hidden=nothing>
            {move || gpus.get().then(|| view! { <FleetCells store/> })}
            {move || host.get().then(|| view! { <HostCell store/> })}
        </section>
    }
}

#[component]
fn FleetCells(store: Store) -> impl IntoView {
    let value = move |read: fn(&Fleet) -> Shown| Memo::new(move |_| store.fleet.with(read));
    let fill = move |read: fn(&Fleet) -> Option<(f64, f64)>| {
        Memo::new(move |_| store.fleet.with(read).map(|(part, all)| thousandths(part, all)))
    };
    let gpus = Memo::new(move |_| store.order.with(Vec::len));
    let average = Memo::new(move |_| if gpus.get() > 1 { " average" } else { "" });
    let many = Memo::new(move |_| gpus.get() > 16);
    view! {
        <div class="cell">
            <h2>"Utilization"<span class="aside"><Words shown=value(number) testid="fleet-count"/></span></h2>
            <p class="big">
                <Value shown=value(utilization) testid="fleet-utilization"/>
                <small class="what">{move || average.get()}</small>
            </p>
            <div class="columns" class:many=move || many.get() aria-hidden="true">
                <For each=move || store.order.get() key=String::clone let:key>
                    {store.card(&key).map(|card| view! { <Column card/> })}
                </For>
            </div>
        </div>
        <div class="cell">
            <h2>"GPU memory"</h2>
            <p class="big"><Value shown=value(memory) testid="fleet-memory"/></p>
            <Bar percent=fill(|fleet| fleet.memory) paint="url(#paint-memory)"/>
            <p class="sub"><Words shown=value(memory_free) testid="fleet-memory-free"/></p>
        </div>
        <div class="cell">
            <h2>"Power"</h2>
            <p class="big"><Value shown=value(power) testid="fleet-power"/></p>
            <Bar percent=fill(|fleet| fleet.power.zip(fleet.power_limit)) paint="url(#paint-power)"/>
            <p class="sub"><Words shown=value(capped) testid="fleet-capped"/></p>
        </div>
        <div class="cell">
            <h2>"Hottest"</h2>
            <p class="big"><Value shown=value(hottest) testid="fleet-hottest"/></p>
            <p class="sub"><Words shown=value(slowdown) testid="fleet-slowdown"/></p>
        </div>
    }
}

/// One GPU's utilization as a column; an empty slot where it is unknown, marked
/// where the GPU is lost.
#[component]
fn Column(card: Card) -> impl IntoView {
    let height =
        Memo::new(move |_| card.gpu.with(|gpu| gpu.utilization.map(|percent| percent.clamp(1, 100))));
    let lost = Memo::new(move |_| card.gpu.with(|gpu| gpu.state == GpuState::Lost));
    let from_top = move || (100 - height.get().unwrap_or_default()).to_string();
    let tall = move || height.get().unwrap_or_default().to_string();
    view! {
        <svg viewBox="0 0 1 100" preserveAspectRatio="none" class:lost=move || lost.get()>
            <rect width="1" y=from_top height=tall fill="url(#paint-utilization)"/>
        </svg>
    }
}

/// `part` of `all` in tenths of a percent.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
fn thousandths(part: f64, all: f64) -> u32 {
    (format::share(part, all) * 10.0).round() as u32
}

fn shown(quantity: Option<Quantity>) -> Shown {
    quantity.map_or_else(|| Shown::missing(None), Shown::from)
}

fn number(fleet: &Fleet) -> Shown {
    let gpus = format::count(fleet.gpus, "GPU");
    if fleet.lost == 0 {
        return Shown::text(gpus);
    }
    Shown { tone: Tone::Bad, ..Shown::text([&gpus, " · ", &fleet.lost.to_string(), " lost"].concat()) }
}

fn utilization(fleet: &Fleet) -> Shown {
    shown(fleet.utilization.map(format::percent))
}

fn memory(fleet: &Fleet) -> Shown {
    shown(fleet.memory.map(|(used, total)| format::memory_of(used, total)))
}

fn memory_free(fleet: &Fleet) -> Shown {
    let Some((used, total)) = fleet.memory else { return Shown::default() };
    Shown::text([format::memory((total - used).max(0.0)).text(), " free".to_owned()].concat())
}

fn power(fleet: &Fleet) -> Shown {
    shown(fleet.power.map(|watts| match fleet.power_limit {
        Some(limit) => format::power_of(watts, limit),
        None => format::power(watts),
    }))
}

fn capped(fleet: &Fleet) -> Shown {
    match fleet.capped {
        None => Shown::default(),
        Some(0) => Shown::text("none power-capped"),
        Some(gpus) => {
            let words = ["▲ ", &format::count(gpus, "GPU"), " power-capped"].concat();
            Shown { tone: Tone::Warn, ..Shown::text(words) }
        }
    }
}

fn hottest(fleet: &Fleet) -> Shown {
    let hot = fleet.hottest.is_some_and(|hottest| hottest.is_hot());
    shown(fleet.hottest.map(|hottest| format::temperature(hottest.temperature))).toned(if hot {
        Tone::Warn
    } else {
        Tone::Plain
    })
}

fn slowdown(fleet: &Fleet) -> Shown {
    let Some(hottest) = fleet.hottest else { return Shown::default() };
    let mut words = ["GPU ", &hottest.id.to_string()].concat();
    if let Some(slowdown) = hottest.slowdown {
        words.push_str(" · slows at ");
        words.push_str(&format::temperature(slowdown).text());
    }
    if hottest.is_hot() {
        words.insert_str(0, "▲ ");
    }
    Shown { tone: if hottest.is_hot() { Tone::Warn } else { Tone::Plain }, ..Shown::text(words) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{format::THIN, store::Hottest};

    fn plain(shown: &Shown) -> String {
        [shown.text.as_str(), &shown.unit].concat().replace([THIN, '\u{a0}'], " ")
    }

    #[test]
    fn the_strip_says_what_it_knows() {
        let fleet = Fleet {
            gpus: 8,
            lost: 1,
            utilization: Some(73.4),
            memory: Some((430_080.0, 652_288.0)),
            power: Some(4140.0),
            power_limit: Some(5600.0),
            capped: Some(1),
            hottest: Some(Hottest { id: 5, temperature: 83, slowdown: Some(87) }),
        };
        let said: Vec<String> = [number, utilization, memory, memory_free, power, capped, hottest, slowdown]
            .map(|say| plain(&say(&fleet)))
            .into();
        assert_eq!(
            said,
            [
                "8 GPUs · 1 lost",
                "73 %",
                "420.0 / 637.0 GiB",
                "217.0 GiB free",
                "4.1 / 5.6 kW",
                "▲ 1 GPU power-capped",
                "83 °C",
                "▲ GPU 5 · slows at 87 °C"
            ]
        );
        assert_eq!(hottest(&fleet).tone, Tone::Warn);
    }

    #[test]
    fn what_is_unknown_is_a_dash() {
        let fleet = Fleet { gpus: 1, ..Fleet::default() };
        for say in [utilization, memory, power, hottest] {
            assert_eq!(say(&fleet).tone, Tone::Unknown);
        }
        assert_eq!(thousandths(1.0, 3.0), 333);
    }
}
