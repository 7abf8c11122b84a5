//! One GPU.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    bell::bell,
    format, health,
    live::{self, class, flag, text},
    memory_ledger::MemoryLedger,
    mig::MigRows,
    process_table::ProcessTable,
    sentences::{Sentences, worst},
    shown::{Shown, untold},
    sparkline::{Series, Sparkline},
    store::{Card, Store},
    tiles::Tiles,
    value::live_value,
};
use crate::telemetry::{Gpu, GpuState, Metric, Reason, Timestamp};

#[component]
pub(crate) fn GpuCard(store: Store, card: Card, key: String) -> impl IntoView {
    let class = class(move || match card.face.get().state {
        GpuState::Ok => "panel card",
        GpuState::Lost => "panel card lost",
        GpuState::Unreadable => "panel card unreadable",
        GpuState::Asleep => "panel card asleep",
    });
    let index = move || card.face.get().id.to_string();
    let label = move || ["GPU ", &index()].concat();
    let state = text(move || {
        let face = card.face.get();
        state(face.state, face.since, store.zone.get())
    });
    let memory_of = text(move || {
        if card.face.get().unified { "Memory, shared with the host" } else { "Memory" }.to_owned()
    });
    let [of_folded, of_brief] = [key.clone(), key.clone()];
    let folded: Arc<dyn Fn() -> bool + Send + Sync> =
        Arc::new(move || store.choices.read().folded.contains(&of_folded));
    let [body_hidden, brief_shown, for_brief, for_memory, is_folded] = [(); 5].map(|()| folded.clone());
    let expanded = live::class(move || if is_folded() { "false" } else { "true" });
    // Not in sight otherwise. The server knows nothing of what is folded.
    let told = move |folded: bool| folded || !store.alive();
    let brief = live_value("brief", move || {
        if told(for_brief()) { worst(store, card, &of_brief, for_brief()) } else { Shown::default() }
    });
    let brief_memory = live_value("brief-memory", move || {
        if told(for_memory()) { memory(card.gpu.read().known()) } else { Shown::default() }
    });
    let memory_line = live_value("memory", move || memory(card.gpu.read().known()));
    let body = ["body-", &key].concat();
    let of_bell = key.clone();
    let bell = bell(store, move || Some(of_bell.clone()));
    let series = (Series::Utilization(key.clone()), Series::Memory(key.clone()));
    let (key_of, table_key) = (key.clone(), key.clone());
    view! {
        <article
            class=class
            data-testid="gpu-card"
            data-key=key_of
            data-index=text(index)
            aria-label=text(label)
            tabindex="-1"
            hidden=flag(move || store.hides(card))
        >
            <header>
                <div class="who">
                    <p class="label">
                        <button
                            type="button"
                            class="fold"
                            aria-expanded=expanded
                            aria-controls=body.clone()
                            aria-label=text(move || ["All of ", &label()].concat())
                            title="Fold or unfold"
                            data-testid="fold"
                        ></button>
                        {text(label)}" "{bell}" "<span class="state" data-testid="gpu-state">{state}</span>
                    </p>
                    <h3>
                        <a href=text(move || ["#gpu-", &index()].concat())>
                            {live_value("gpu-name", move || name(&card.gpu.read()))}
                        </a>
                    </h3>
                    <p class="id">{live_value("gpu-identity", move || identity(&card.gpu.read()))}</p>
                </div>
                <p class="load">
                    {live_value("utilization", move || utilization(&card.gpu.read()))}
                    <small class="what">"utilization"</small>
                </p>
            </header>
            <p class="brief" hidden=flag(move || !brief_shown())>
                <strong>{brief_memory}</strong>
                {brief}
            </p>
            <div class="body" id=body hidden=flag(move || body_hidden())>
                <div class="plots">
                    <p class="row">"Utilization"<span class="aside">"last 60\u{202f}s"</span></p>
                    <Sparkline
                        store
                        series=series.0
                        class="plot utilization"
                        testid="spark-utilization"
                    />
                    <p class="row">
                        <span>{memory_of}</span>
                        <strong>{memory_line}</strong>
                    </p>
                    <Sparkline store series=series.1 class="plot low memory" testid="spark-memory"/>
                    <MemoryLedger card/>
                    <MigRows card/>
                </div>
                <div class="facts">
                    <Tiles card/>
                    <Sentences store card key/>
                    <ProcessTable store card key=table_key/>
                </div>
            </div>
        </article>
    }
}

/// "· lost since 14:03:07", nothing where all is well.
pub(super) fn state(state: GpuState, since: Option<Timestamp>, zone: Option<i32>) -> String {
    let words = match state {
        GpuState::Ok => return String::new(),
        GpuState::Lost => "· ▲ lost",
        GpuState::Asleep => "· ☾ asleep",
        GpuState::Unreadable => "· ▲ unreadable",
    };
    let since = since.map(|since| [" since ", &format::time_of_day(since.millis(), zone)].concat());
    [words, &since.unwrap_or_default()].concat()
}

pub(super) fn name(gpu: &Gpu) -> Shown {
    gpu.name.as_ref().map_or_else(
        || Shown::missing(gpu.unavailable.get(&Metric::Name).copied()),
        |name| Shown { note: Some(name.clone()), ..Shown::text(name) },
    )
}

/// "GPU-02cc7978 · 1B:00.0 · P0"; on hover the whole of each, and what else there is
/// to know of the card that needs no room on it.
fn identity(gpu: &Gpu) -> Shown {
    let mut short = Vec::with_capacity(3);
    let mut whole = Vec::with_capacity(2);
    if let Some(uuid) = &gpu.uuid {
        short.push(uuid.match_indices('-').nth(1).map_or(uuid.as_str(), |(end, _)| &uuid[..end]).to_owned());
        whole.push(uuid.clone());
    }
    if let Some(bus) = &gpu.pci_bus_id {
        short.push(short_bus(bus).to_owned());
        whole.push(bus.clone());
    }
    short.extend(gpu.performance_state.map(|state| ["P", &state.to_string()].concat()));
    whole.extend(health::calm(gpu));
    // What the card leaves out altogether.
    let silent: Vec<&str> = [
        (Metric::Temperature, "temperature"),
        (Metric::PowerUsage, "power"),
        (Metric::FanSpeed, "fan"),
        (Metric::DecoderUtilization, "decoder"),
        (Metric::Limiters, "limiters"),
        (Metric::ClockSm, "clocks"),
    ]
    .into_iter()
    .filter_map(|(metric, name)| untold(gpu, metric).then_some(name))
    .collect();
    if !silent.is_empty() {
        whole.push([Reason::NotReported.text(), ": ", &silent.join(", ")].concat());
    }
    if short.is_empty() {
        short.push("no identity reported".to_owned());
    }
    Shown { note: Some(whole.join("\n")), ..Shown::text(short.join(" · ")) }
}

/// Without a PCI domain of zeros: "1B:00.0".
fn short_bus(bus: &str) -> &str {
    match bus.split_once(':') {
        Some((domain, rest)) if rest.contains(':') && domain.bytes().all(|digit| digit == b'0') => rest,
        _ => bus,
    }
}

pub(super) fn utilization(gpu: &Gpu) -> Shown {
    Shown::of(gpu, Metric::Utilization, gpu.utilization.map(|percent| format::percent(percent.into())))
}

pub(super) fn memory(gpu: &Gpu) -> Shown {
    let missing = if gpu.memory_used.is_none() { Metric::MemoryUsed } else { Metric::MemoryTotal };
    let figures = gpu.memory_used.zip(gpu.memory_total);
    let mut shown = Shown::of(gpu, missing, figures.map(|(used, total)| format::memory_of(used, total)));
    if gpu.memory_used_with_reserved && shown.note.is_none() {
        shown.note = Some("includes memory the driver keeps".to_owned());
    }
    // One size in this line.
    shown.text.push_str(&std::mem::take(&mut shown.unit));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{telemetry::Reason, ui::format::THIN};

    #[test]
    fn identity_is_short_and_whole_on_hover() {
        let gpu = Gpu {
            uuid: Some("GPU-02cc7978-aaaa-bbbb".into()),
            pci_bus_id: Some("00000000:1B:00.0".into()),
            performance_state: Some(0),
            ..Gpu::default()
        };
        let shown = identity(&gpu);
        assert_eq!(shown.text, "GPU-02cc7978 · 1B:00.0 · P0");
        assert_eq!(shown.note.unwrap(), "GPU-02cc7978-aaaa-bbbb\n00000000:1B:00.0");
        let mut gpu = Gpu { ecc_corrected: Some(2), ..Gpu::default() };
        gpu.unavailable.insert(Metric::FanSpeed, Reason::NotReported);
        let shown = identity(&gpu);
        assert_eq!(shown.text, "no identity reported");
        assert_eq!(
            shown.note.unwrap(),
            "2\u{a0}corrected ECC errors\nnot reported by this telemetry source: fan"
        );
        assert_eq!(short_bus("0000000F:01:00.0"), "0000000F:01:00.0");
        assert_eq!(short_bus("1B:00.0"), "1B:00.0");
    }

    #[test]
    fn memory_is_one_line_or_a_reason() {
        let mut gpu = Gpu { memory_used: Some(22_425.6), memory_total: Some(24_576.0), ..Gpu::default() };
        assert_eq!(memory(&gpu).text.replace(THIN, " "), "21.9 / 24.0 GiB");
        gpu.memory_used_with_reserved = true;
        assert_eq!(memory(&gpu).note.unwrap(), "includes memory the driver keeps");
        gpu.clear(Reason::Lost);
        assert_eq!(memory(&gpu).note.unwrap(), Reason::Lost.text());
    }
}
