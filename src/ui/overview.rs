//! The strip on top: all GPUs at one glance, and the host.

use leptos::prelude::*;

use super::{
    format::{self, Quantity},
    host::HostCell,
    live::{class, flag},
    shown::{Shown, Tone},
    store::{Column, Fleet, Store},
    value::{Bar, Value, Words},
};

#[component]
pub(crate) fn Overview(store: Store) -> impl IntoView {
    let no_gpus = move || store.order.with(Vec::is_empty);
    let nothing = move || no_gpus() && store.machine.with(|machine| machine.host.is_none());
    view! {
        <section class="panel strip" aria-label="Overview" hidden=flag(nothing)>
            <div class="fleet" hidden=flag(no_gpus)>
                <FleetCells store/>
            </div>
            <HostCell store/>
        </section>
    }
}

#[component]
fn FleetCells(store: Store) -> impl IntoView {
    let value = move |read: fn(&Fleet) -> Shown| {
        Memo::new(move |_| store.machine.with(|machine| read(&machine.fleet)))
    };
    let columns = move || {
        store.machine.with(|machine| {
            machine.fleet.columns.iter().map(|column| view! { <Column column=*column/> }).collect_view()
        })
    };
    let many = class(move || if store.order.with(Vec::len) > 16 { "columns many" } else { "columns" });
    view! {
        <div class="cell">
            <h2>"Utilization"<span class="aside"><Words shown=value(number) testid="fleet-count"/></span></h2>
            <p class="big">
                <Value shown=value(utilization) testid="fleet-utilization"/>
                <small class="what">" average"</small>
            </p>
            <div class=many aria-hidden="true">
                {columns}
            </div>
        </div>
        <div class="cell">
            <h2>"GPU memory"</h2>
            <p class="big"><Value shown=value(memory) testid="fleet-memory"/></p>
            <Bar width=value(memory_bar) paint="url(#paint-memory)"/>
            <p class="sub"><Words shown=value(memory_free) testid="fleet-memory-free"/></p>
        </div>
        <div class="cell">
            <h2>"Power"</h2>
            <p class="big"><Value shown=value(power) testid="fleet-power"/></p>
            <Bar width=value(power_bar) paint="url(#paint-power)"/>
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
fn Column(column: Column) -> impl IntoView {
    let (kind, height) = match column {
        Column::Lost => ("lost", 0),
        Column::Unknown => ("", 0),
        // A sliver says that there is a value.
        Column::Percent(percent) => ("", percent.clamp(1, 100)),
    };
    view! {
        <svg viewBox="0 0 1 100" preserveAspectRatio="none" class=kind>
            <rect width="1" y=(100 - height).to_string() height=height.to_string() fill="url(#paint-utilization)"/>
        </svg>
    }
}

fn shown(quantity: Option<Quantity>) -> Shown {
    quantity.map_or_else(|| Shown::missing(None), Shown::from)
}

fn number(fleet: &Fleet) -> Shown {
    let mut words = format::count(fleet.gpus, "GPU");
    for (number, state) in
        [(fleet.lost, " lost"), (fleet.unreadable, " unreadable"), (fleet.asleep, " asleep")]
    {
        if number > 0 {
            words.push_str(" · ");
            words.push_str(&number.to_string());
            words.push_str(state);
        }
    }
    let tone = match fleet {
        Fleet { lost: 1.., .. } => Tone::Bad,
        Fleet { unreadable: 1.., .. } => Tone::Warn,
        _ => Tone::Plain,
    };
    Shown { tone, ..Shown::text(words) }
}

fn utilization(fleet: &Fleet) -> Shown {
    shown(fleet.utilization.map(format::percent))
}

fn memory(fleet: &Fleet) -> Shown {
    shown(fleet.memory.map(|(used, total)| format::memory_of(used, total)))
}

/// How much of a bar is full, as an SVG length.
fn bar(parts: Option<(f64, f64)>) -> Shown {
    parts.map_or_else(Shown::default, |(part, all)| Shown::text(format::length(format::share(part, all))))
}

fn memory_bar(fleet: &Fleet) -> Shown {
    bar(fleet.memory)
}

fn power_bar(fleet: &Fleet) -> Shown {
    bar(fleet.power.zip(fleet.power_limit))
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
            unreadable: 0,
            asleep: 2,
            utilization: Some(73.4),
            memory: Some((430_080.0, 652_288.0)),
            power: Some(4140.0),
            power_limit: Some(5600.0),
            capped: Some(1),
            hottest: Some(Hottest { id: 5, temperature: 83, slowdown: Some(87) }),
            columns: Vec::new(),
        };
        let said: Vec<String> = [number, utilization, memory, memory_free, power, capped, hottest, slowdown]
            .map(|say| plain(&say(&fleet)))
            .into();
        assert_eq!(
            said,
            [
                "8 GPUs · 1 lost · 2 asleep",
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
        assert_eq!((memory_bar(&fleet).text, bar(None).text), ("65.9%".to_owned(), String::new()));
    }

    #[test]
    fn what_is_unknown_is_a_dash() {
        let fleet = Fleet { gpus: 1, ..Fleet::default() };
        for say in [utilization, memory, power, hottest] {
            assert_eq!(say(&fleet).tone, Tone::Unknown);
        }
    }
}
