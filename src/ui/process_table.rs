//! Who runs what on a GPU.

use leptos::prelude::*;

use super::{
    bell::process_bell,
    format,
    list::{self, Note, notes},
    live::{self, class, click, flag, text},
    pick::{matches, pick},
    piece::{self, Live, Piece},
    shown::Shown,
    store::{Card, SortBy, Store},
    value::cell,
};
use crate::telemetry::{Gpu, Metric, Process, ProcessKind, ProcessMetric, Reason};

/// Rows that are always in sight; the style sheet knows them too.
const FIRST: usize = 4;

#[component]
pub(crate) fn ProcessTable(store: Store, card: Card, key: String) -> impl IntoView {
    // What hardly ever changes of the list.
    let list = Memo::new(move |_| {
        let gpu = card.gpu.read();
        let (gpu, filter) = (gpu.known(), &store.choices.read().filter);
        let number = gpu.processes.iter().filter(|process| matches(process, filter)).count();
        (number, gpu.unavailable.contains_key(&Metric::Processes), remark(gpu))
    });
    let number = move || list.read().0;
    let more = move || {
        if card.expanded.get() {
            return "show fewer".to_owned();
        }
        ["+", &number().saturating_sub(FIRST).to_string(), " more"].concat()
    };
    let unknown = move || list.read().1;
    let remarks = notes(list::through(), move || {
        let words = list.read().2.clone();
        let remark =
            || Note { class: "none", role: "note", testid: "processes-remark", words: words.clone() };
        (!words.is_empty()).then(remark).into_iter().collect()
    });
    let of = class(move || if card.expanded.get() { "processes all" } else { "processes" });
    let expanded = class(move || if card.expanded.get() { "true" } else { "false" });
    let head = move |by, class, name| head(store, by, class, name);
    view! {
        <table class=of hidden=flag(unknown)>
            <thead>
                <tr>
                    {head(SortBy::User, "user", "User")}
                    <th scope="col" class="container">"In"</th>
                    {head(SortBy::Command, "command", "Process")}
                    <td class="tell"></td>
                    {head(SortBy::Sm, "sm", "SM")}
                    {head(SortBy::Memory, "amount", "Memory")}
                </tr>
            </thead>
            {rows(store, card, key)}
        </table>
        {remarks}
        <button
            type="button"
            class="more"
            aria-expanded=expanded
            data-testid="more-processes"
            hidden=flag(move || number() <= FIRST)
            on:click=click(move || card.expanded.set(!card.expanded.get_untracked()))
        >
            {text(more)}
        </button>
    }
}

/// The head of a column; a click sorts the tables of all cards by it.
fn head(store: Store, by: SortBy, class: &'static str, name: &'static str) -> impl IntoView {
    let sorted = live::class(move || store.choices.read().sort.aria(by));
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <button
                type="button"
                on:click=click(move || store.choose(|choices| choices.sort = choices.sort.pressed(by)))
            >
                {name}
            </button>
        </th>
    }
}

/// The rows. Rewritten in place: what does not change is not touched, and rows need
/// neither identity nor signals of their own. Those beyond the first few are there when
/// asked for, and in what the server draws, for readers without scripts.
fn rows(store: Store, card: Card, key: String) -> Live {
    piece::live(move || {
        let most = if card.expanded.get() || !store.alive() { usize::MAX } else { FIRST };
        let row = |process: &Process| row(process, store.lookout.read().waits_for(&key, Some(process.pid)));
        let (gpu, choices) = (card.gpu.read(), store.choices.read());
        let rows = pick(gpu.known(), &choices).into_iter().take(most).map(row);
        Piece::new("tbody").holding(rows)
    })
}

fn row(process: &Process, waited_for: bool) -> Piece {
    Piece::new("tr")
        .with("data-testid", "process-row")
        .with("data-pid", process.pid.to_string())
        .with("title", title(process))
        .holding([
            cell("user", "process-user", user(process)),
            cell("container", "process-container", container(process)),
            cell("command", "process-command", command(process)),
            process_bell(process, waited_for),
            cell("sm", "process-sm", sm(process)),
            cell("amount", "process-memory", memory(process)),
        ])
}

/// What stands in the place of rows, or is to be known of them.
fn remark(gpu: &Gpu) -> String {
    let hidden =
        |process: &Process| process.unavailable.get(&ProcessMetric::Name) == Some(&Reason::NeedsHostPid);
    match gpu.unavailable.get(&Metric::Processes) {
        Some(reason) => ["Processes — ", reason.text()].concat(),
        None if gpu.processes.is_empty() => "No processes".to_owned(),
        None if gpu.processes.iter().any(hidden) => HIDDEN.to_owned(),
        None => String::new(),
    }
}

const HIDDEN: &str = "Names of processes are hidden: the server runs in another PID namespace. \
    Start the container with `--pid=host`.";

/// The container, virtual machine or job, where it runs in one.
fn container(process: &Process) -> Shown {
    let Some(container) = &process.container else { return Shown::default() };
    Shown { note: Some(["runs in ", container].concat()), ..Shown::text(container) }
}

/// "PID 3311 · compute"
fn title(process: &Process) -> String {
    let kind = match process.kind {
        Some(ProcessKind::Compute) => " · compute",
        Some(ProcessKind::Graphics) => " · graphics",
        Some(ProcessKind::Both) => " · compute and graphics",
        None => "",
    };
    ["PID ", &process.pid.to_string(), kind].concat()
}

/// "PID 3311 (python train.py)", as far as it is known, and cut where it is long.
#[must_use]
pub fn called(process: &Process) -> String {
    /// Characters of a command that tell it from others.
    const MOST: usize = 40;
    let mut words = ["PID ", &process.pid.to_string()].concat();
    if let Some(command) = process.command.as_ref().or(process.name.as_ref()) {
        words.push_str(" (");
        match command.char_indices().nth(MOST) {
            Some((end, _)) => {
                words.push_str(&command[..end]);
                words.push('…');
            }
            None => words.push_str(command),
        }
        words.push(')');
    }
    words
}

fn missing(process: &Process, metric: ProcessMetric) -> Shown {
    Shown::missing(process.unavailable.get(&metric).copied())
}

fn user(process: &Process) -> Shown {
    match &process.user {
        Some(user) => Shown { note: Some(user.clone()), ..Shown::text(user) },
        None => missing(process, ProcessMetric::User),
    }
}

/// The command line, or the name where only that is known, or at least the PID.
fn command(process: &Process) -> Shown {
    match process.command.as_ref().or(process.name.as_ref()) {
        Some(command) => {
            let hidden = process.hides(ProcessMetric::Command);
            let why = if hidden { ["\nCommand line: ", Reason::Hidden.text()] } else { [""; 2] };
            Shown { note: Some([command, &*why.concat()].concat()), ..Shown::text(command) }
        }
        None => Shown {
            text: ["PID ", &process.pid.to_string()].concat(),
            ..missing(process, ProcessMetric::Name)
        },
    }
}

fn sm(process: &Process) -> Shown {
    match process.sm_utilization {
        Some(percent) => format::percent(percent.into()).into(),
        None => missing(process, ProcessMetric::SmUtilization),
    }
}

fn memory(process: &Process) -> Shown {
    match process.used_memory {
        Some(mib) => format::memory(mib).into(),
        None => missing(process, ProcessMetric::UsedMemory),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::shown::Tone;

    #[test]
    fn a_hidden_process_is_still_a_row() {
        let mut process = Process { pid: 7, ..Process::default() };
        process.set(ProcessMetric::Name, |process| &mut process.name, Err(Reason::NeedsHostPid));
        let shown = command(&process);
        assert_eq!((shown.text.as_str(), shown.tone), ("PID 7", Tone::Unknown));
        assert_eq!(shown.note.unwrap(), Reason::NeedsHostPid.text());
    }

    #[test]
    fn what_the_operator_hides_says_so_on_hover() {
        let mut process = Process { pid: 7, name: Some("python".into()), ..Process::default() };
        process.set(ProcessMetric::Command, |process| &mut process.command, Err(Reason::Hidden));
        process.set(ProcessMetric::User, |process| &mut process.user, Err(Reason::Hidden));
        let why = Reason::Hidden.text();
        let shown = command(&process);
        assert_eq!((shown.text.as_str(), shown.tone), ("python", Tone::Plain));
        assert_eq!(shown.note, Some(format!("python\nCommand line: {why}")));
        assert_eq!((user(&process).text.as_str(), user(&process).note.as_deref()), ("—", Some(why)));
        assert_eq!(called(&process), "PID 7 (python)");
        process.set(ProcessMetric::Name, |process| &mut process.name, Err(Reason::Hidden));
        let shown = command(&process);
        assert_eq!(
            (shown.text.as_str(), shown.tone, shown.note.as_deref()),
            ("PID 7", Tone::Unknown, Some(why))
        );
        assert_eq!(called(&process), "PID 7");
    }

    #[test]
    fn a_process_is_called_by_number_and_command() {
        let mut process = Process { pid: 7, ..Process::default() };
        assert_eq!(called(&process), "PID 7");
        process.name = Some("python".into());
        assert_eq!(called(&process), "PID 7 (python)");
        process.command = Some("ä".repeat(41));
        assert_eq!(called(&process), format!("PID 7 ({}…)", "ä".repeat(40)));
    }

    #[test]
    fn the_whole_command_is_on_hover() {
        let process = Process {
            name: Some("python".into()),
            command: Some("python train.py".into()),
            ..Process::default()
        };
        assert_eq!(command(&process).note.unwrap(), "python train.py");
    }

    #[test]
    fn no_processes_and_no_list_are_two_things() {
        assert_eq!(remark(&Gpu::default()), "No processes");
        let mut gpu = Gpu::default();
        gpu.unavailable.insert(Metric::Processes, Reason::NoPermission);
        assert_eq!(remark(&gpu), "Processes — no permission to read it");
    }

    #[test]
    fn hidden_names_come_with_the_remedy() {
        let mut process = Process { pid: 7, ..Process::default() };
        let of = |process: &Process| remark(&Gpu { processes: vec![process.clone()], ..Gpu::default() });
        process.set(ProcessMetric::Name, |process| &mut process.name, Err(Reason::NoPermission));
        assert_eq!(of(&process), "");
        process.set(ProcessMetric::Name, |process| &mut process.name, Err(Reason::NeedsHostPid));
        assert!(of(&process).ends_with("`--pid=host`."));
    }

    #[test]
    fn a_container_is_named_where_there_is_one() {
        let process = Process { container: Some("web-1".into()), ..Process::default() };
        assert_eq!(container(&process).text, "web-1");
        assert_eq!(container(&Process::default()), Shown::default());
    }
}
