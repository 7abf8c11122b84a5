//! One GPU in a line, for machines with many.

use leptos::prelude::*;

use super::{
    format,
    gpu_card::{memory, name, state, utilization},
    health::{health, link},
    held_back,
    live::{class, flag, text},
    memory_ledger::ledger_bar,
    pick::pick,
    sentences::clock_now,
    shown::{Shown, Tone},
    sparkline::{Series, Sparkline},
    store::{Card, Choices, Store},
    tiles::{power, temperature},
    value::{cell, live_value},
};
use crate::telemetry::{Gpu, GpuState, Metric, Process, ProcessMetric, Reason};

#[component]
pub(crate) fn Heads() -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col" class="index">"#"</th>
                <th scope="col" class="name">"GPU"</th>
                <th scope="col" colspan="2">"Utilization, 60\u{202f}s"</th>
                <th scope="col" colspan="2">"Memory by owner"</th>
                <th scope="col" class="temp">"Temp"</th>
                <th scope="col" class="power">"Power"</th>
                <th scope="col" class="clock">"Clock"</th>
                <th scope="col" class="limit">"State"</th>
                <th scope="col" class="users">"Processes"</th>
            </tr>
        </thead>
    }
}

pub(super) fn row(store: Store, card: Card, key: String) -> impl IntoView {
    let class = class(move || match card.face.get().state {
        GpuState::Ok => "gpu",
        GpuState::Lost => "gpu lost",
        GpuState::Unreadable => "gpu unreadable",
        GpuState::Asleep => "gpu asleep",
    });
    let index = move || card.face.get().id.to_string();
    let cells = move || {
        let gpu = card.gpu.read();
        let known = gpu.known();
        [
            cell("amount", "memory", memory(known)),
            cell("temp", "temperature", temperature(known)),
            cell("power", "power", power(known)),
            cell("clock", "clock", clock(&gpu)),
            cell("limit", "gpu-state", condition(&gpu, store.zone.get())),
            cell("users", "gpu-users", users(known, &store.choices.read())),
        ]
    };
    let series = Series::Utilization(key.clone());
    view! {
        <tr
            class=class
            data-testid="gpu-row"
            data-key=key
            data-index=text(index)
            tabindex="-1"
            hidden=flag(move || store.hides(card))
        >
            <th scope="row" class="index">{text(index)}</th>
            <td class="name">
                <a href=text(move || ["#gpu-", &index()].concat())>
                    {live_value("gpu-name", move || name(&card.gpu.read()))}
                </a>
            </td>
            <td class="line"><Sparkline store series class="plot utilization" testid="spark-utilization"/></td>
            <td class="percent">{live_value("utilization", move || utilization(&card.gpu.read()))}</td>
            <td class="owners">{ledger_bar(card)}</td>
            {cells}
        </tr>
    }
}

/// The worst that there is to say: why it cannot be read, what is broken, what holds
/// it back.
fn condition(gpu: &Gpu, zone: Option<i32>) -> Shown {
    let tone = match gpu.state {
        GpuState::Ok => {
            let said = [health(gpu), link(gpu)].into_iter().find(|shown| !shown.text.is_empty());
            return said.unwrap_or_else(|| held_back::brief(gpu));
        }
        GpuState::Lost => Tone::Bad,
        GpuState::Unreadable => Tone::Warn,
        GpuState::Asleep => Tone::Plain,
    };
    let mut words = state(gpu.state, gpu.state_since, zone);
    if let Some(detail) = &gpu.state_detail {
        words.push_str(" · ");
        words.push_str(detail);
    }
    let words = words.trim_start_matches("· ");
    Shown { tone, note: Some(words.to_owned()), ..Shown::text(words) }
}

fn clock(gpu: &Gpu) -> Shown {
    Shown::of(gpu, Metric::ClockSm, clock_now(gpu).map(format::clock))
}

/// "alice 2 · bob 1", those first whose process is first; in small what that one runs.
fn users(gpu: &Gpu, choices: &Choices) -> Shown {
    if let Some(reason) = gpu.unavailable.get(&Metric::Processes) {
        return Shown::missing(Some(*reason));
    }
    let picked = pick(gpu, choices);
    let mut users: Vec<(&str, usize)> = Vec::new();
    for process in &picked {
        let nobody = if process.hides(ProcessMetric::User) { "hidden" } else { "?" };
        let name = process.user.as_deref().unwrap_or(nobody);
        match users.iter_mut().find(|(user, _)| *user == name) {
            Some((_, number)) => *number += 1,
            None => users.push((name, 1)),
        }
    }
    let named: Vec<String> =
        users.iter().map(|(user, number)| [*user, " ", &number.to_string()].concat()).collect();
    let runs = |process: &&Process| process.command.clone().or_else(|| process.name.clone());
    let all: Vec<String> = picked.iter().filter_map(runs).collect();
    let unit = all.first().map_or_else(String::new, |first| ["  ", first].concat());
    let mut note = all.join("\n");
    if picked.iter().any(|process| process.hides(ProcessMetric::User)) {
        let users = if note.is_empty() { "Users and processes: " } else { "\nUsers: " };
        note.extend([users, Reason::Hidden.text()]);
    }
    Shown { unit, note: Some(note).filter(|note| !note.is_empty()), ..Shown::text(named.join(" · ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Limiter, Process, Timestamp};

    #[test]
    fn hidden_users_are_counted_and_say_why() {
        let mut process = Process { name: Some("python".into()), ..Process::default() };
        process.set(ProcessMetric::User, |process| &mut process.user, Err(Reason::Hidden));
        let of = |process: &Process| {
            let gpu = Gpu { processes: vec![process.clone(); 2], ..Gpu::default() };
            let shown = users(&gpu, &Choices::default());
            (shown.text, shown.note.unwrap())
        };
        let why = Reason::Hidden.text();
        assert_eq!(of(&process), ("hidden 2".to_owned(), format!("python\npython\nUsers: {why}")));
        process.name = None;
        assert_eq!(of(&process), ("hidden 2".to_owned(), format!("Users and processes: {why}")));
    }

    #[test]
    fn a_row_says_the_worst() {
        let sound = Gpu { limiters: Some(vec![Limiter::PowerCap]), ..Gpu::default() };
        assert_eq!(condition(&sound, None).text, "▲ Power-capped");
        let broken = Gpu { ecc_uncorrected: Some(2), ..sound.clone() };
        assert!(condition(&broken, None).text.starts_with("▲ 2\u{a0}uncorrected"));
        let lost = Gpu {
            state: GpuState::Lost,
            state_since: Some(Timestamp::from_millis(0)),
            state_detail: Some("Fell off the bus.".into()),
            ..broken
        };
        let shown = condition(&lost, Some(0));
        assert_eq!(
            (shown.text.as_str(), shown.tone),
            ("▲ lost since 00:00:00 · Fell off the bus.", Tone::Bad)
        );
    }

    #[test]
    fn users_are_counted_in_the_order_of_their_processes() {
        let process = |user: &str, command: &str, mib| Process {
            user: Some(user.into()),
            command: Some(command.into()),
            used_memory: Some(mib),
            ..Process::default()
        };
        let gpu = Gpu {
            processes: vec![process("bob", "a", 1.0), process("ann", "train", 9.0), process("bob", "c", 3.0)],
            ..Gpu::default()
        };
        let all = users(&gpu, &Choices::default());
        assert_eq!((all.text.as_str(), all.unit.trim()), ("ann 1 · bob 2", "train"));
        assert_eq!(all.note.unwrap(), "train\nc\na");
        let some = users(&gpu, &Choices { filter: "bob".into(), ..Choices::default() });
        assert_eq!(some.text, "bob 2");
    }

    #[test]
    fn no_process_is_empty_and_an_unknown_list_is_a_dash() {
        let mut gpu = Gpu::default();
        assert_eq!(users(&gpu, &Choices::default()), Shown::default());
        gpu.unavailable.insert(Metric::Processes, Reason::NoPermission);
        assert_eq!(users(&gpu, &Choices::default()).tone, Tone::Unknown);
    }
}
