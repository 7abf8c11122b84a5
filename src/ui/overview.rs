//! The strip on top: all GPUs at one glance, and the host.

use leptos::prelude::*;

use super::{
    format::{self, Quantity},
    host::HostCell,
    list::{Bar as Rect, bars},
    live::flag,
    piece::Piece,
    shown::{Shown, Tone},
    store::{Column, Fleet, Store},
    value::live_value,
};

#[component]
pub(crate) fn Overview(store: Store) -> impl IntoView {
    let no_gpus = move || store.order.read().is_empty();
    let nothing = move || no_gpus() && store.machine.read().host.is_none();
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
    let value = move |testid, read: fn(&Fleet) -> Shown| {
        live_value(testid, move || read(&store.machine.read().fleet))
    };
    let bar = move |class: &'static str, height: &'static str, read: fn(&Fleet) -> Vec<Rect>| {
        let holder = Piece::svg("svg")
            .with("class", class)
            .with("width", "100%")
            .with("height", height)
            .with("aria-hidden", "true");
        bars(holder, move || read(&store.machine.read().fleet))
    };
    view! {
        <div class="cell">
            <h2>"Utilization"<span class="aside">{value("fleet-count", number)}</span></h2>
            <p class="big">
                {value("fleet-utilization", utilization)}
                <small class="what">" average"</small>
            </p>
            {bar("columns", "34", columns)}
        </div>
        <div class="cell">
            <h2>"GPU memory"</h2>
            <p class="big">{value("fleet-memory", memory)}</p>
            {bar("bar", "8", memory_bar)}
            <p class="sub">{value("fleet-memory-free", memory_free)}</p>
        </div>
        <div class="cell">
            <h2>"Power"</h2>
            <p class="big">{value("fleet-power", power)}</p>
            {bar("bar", "8", power_bar)}
            <p class="sub">{value("fleet-capped", capped)}</p>
        </div>
        <div class="cell">
            <h2>"Hottest"</h2>
            <p class="big">{value("fleet-hottest", hottest)}</p>
            <p class="sub">{value("fleet-slowdown", slowdown)}</p>
        </div>
    }
}

/// A GPU's utilization is a column, an unknown one a gap, a lost GPU a mark.
fn columns(fleet: &Fleet) -> Vec<Rect> {
    let gpus = &fleet.columns;
    #[expect(clippy::cast_precision_loss, reason = "a handful of GPUs")]
    let slot = 100.0 / gpus.len() as f64;
    // Between two columns; many of them need more of the room.
    let gap = (0.16 * slot).min(1.6);
    let bar = |(n, column): (u32, &Column)| {
        let (class, height, state) = match column {
            Column::Lost => ("lost", 3, "lost".to_owned()),
            Column::Unknown => ("unknown", 3, format::DASH.to_owned()),
            // A sliver says that there is a value.
            Column::Percent(percent) => {
                ("", *percent.clamp(&1, &100), format::percent((*percent).into()).text())
            }
        };
        Rect {
            class,
            x: format::length(f64::from(n) * slot),
            y: format::length(f64::from(100 - height)),
            width: format::length(slot - gap),
            height: format::length(height.into()),
            fill: "url(#paint-utilization)",
            title: state,
        }
    };
    (0..).zip(gpus).map(bar).collect()
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

/// A bar that is full to this part; none where that is unknown.
fn filled(parts: Option<(f64, f64)>, fill: &'static str) -> Vec<Rect> {
    let bar = |(part, all)| Rect {
        class: "",
        x: "0".to_owned(),
        y: "0".to_owned(),
        width: format::length(format::share(part, all)),
        height: "8".to_owned(),
        fill,
        title: String::new(),
    };
    parts.map(bar).into_iter().collect()
}

fn memory_bar(fleet: &Fleet) -> Vec<Rect> {
    filled(fleet.memory, "url(#paint-memory)")
}

fn power_bar(fleet: &Fleet) -> Vec<Rect> {
    filled(fleet.power.zip(fleet.power_limit), "url(#paint-power)")
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
        assert_eq!(memory_bar(&fleet)[0].width, "65.9%");
        assert!(power_bar(&Fleet::default()).is_empty());
    }

    #[test]
    fn a_column_is_as_high_as_its_gpu_is_busy() {
        let gpus = vec![Column::Percent(0), Column::Percent(40), Column::Lost, Column::Unknown];
        let seen: Vec<_> = columns(&Fleet { columns: gpus, ..Fleet::default() })
            .into_iter()
            .map(|bar| (bar.class, bar.x, bar.y, bar.height))
            .collect();
        let column = |class, x: &str, y: &str, height: &str| (class, x.into(), y.into(), height.into());
        assert_eq!(
            seen,
            [
                column("", "0.0%", "99.0%", "1.0%"),
                column("", "25.0%", "60.0%", "40.0%"),
                column("lost", "50.0%", "97.0%", "3.0%"),
                column("unknown", "75.0%", "97.0%", "3.0%"),
            ]
        );
    }

    #[test]
    fn what_is_unknown_is_a_dash() {
        let fleet = Fleet { gpus: 1, ..Fleet::default() };
        for say in [utilization, memory, power, hottest] {
            assert_eq!(say(&fleet).tone, Tone::Unknown);
        }
    }
}
