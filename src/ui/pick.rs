//! Which processes are listed, and in which order. Pure.

use std::cmp::Ordering;

use super::store::{Choices, Sort, SortBy};
use crate::telemetry::{Gpu, Process};

/// The processes that the reader wants to see, in the order in which they want to see them.
pub(super) fn pick<'a>(gpu: &'a Gpu, choices: &Choices) -> Vec<&'a Process> {
    let mut picked: Vec<&Process> = Vec::with_capacity(gpu.processes.len());
    for process in &gpu.processes {
        if matches(process, &choices.filter) {
            // Nearly in order already; the library's sort would be a hundredth of the client.
            let after = |other: &&Process| order(other, process, choices.sort) != Ordering::Greater;
            let place = picked.iter().rposition(after).map_or(0, |place| place + 1);
            picked.insert(place, process);
        }
    }
    picked
}

/// Whether a process has each of these words somewhere. No words: all have them.
pub(super) fn matches(process: &Process, words: &str) -> bool {
    words.split(' ').filter(|word| !word.is_empty()).all(|word| {
        let has = |text: &Option<String>| text.as_ref().is_some_and(|text| contains(text, word));
        has(&process.user)
            || has(&process.command)
            || has(&process.name)
            || has(&process.container)
            || contains(&process.pid.to_string(), word)
    })
}

/// Upper and lower case are one, as far as ASCII goes: the tables of the whole of
/// Unicode would be a tenth of the client.
fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// Unknown values come last, whatever the order.
fn order(a: &Process, b: &Process, sort: Sort) -> Ordering {
    let (a, b) = if sort.rises() { (a, b) } else { (b, a) };
    let last = |unknown: Ordering| if sort.rises() { unknown } else { unknown.reverse() };
    match sort.by {
        SortBy::User => texts(a.user.as_deref(), b.user.as_deref(), last),
        SortBy::Command => texts(command(a), command(b), last),
        SortBy::Sm => figures(a.sm_utilization.map(f64::from), b.sm_utilization.map(f64::from), last),
        SortBy::Memory => figures(a.used_memory, b.used_memory, last),
    }
}

/// What the table shows as the process.
fn command(process: &Process) -> Option<&str> {
    process.command.as_deref().or(process.name.as_deref())
}

fn texts(a: Option<&str>, b: Option<&str>, last: impl Fn(Ordering) -> Ordering) -> Ordering {
    known(a, b, last).unwrap_or_else(|| a.cmp(&b))
}

fn figures(a: Option<f64>, b: Option<f64>, last: impl Fn(Ordering) -> Ordering) -> Ordering {
    known(a, b, last).unwrap_or_else(|| a.partial_cmp(&b).unwrap_or(Ordering::Equal))
}

/// The order of two of which at least one is unknown.
fn known<T>(a: Option<T>, b: Option<T>, last: impl Fn(Ordering) -> Ordering) -> Option<Ordering> {
    match (a, b) {
        (Some(_), Some(_)) => None,
        (None, None) => Some(Ordering::Equal),
        (None, Some(_)) => Some(last(Ordering::Greater)),
        (Some(_), None) => Some(last(Ordering::Less)),
    }
}

/// "3 of 8 GPUs have a process that matches “alice”; the other 5 are hidden."; nothing
/// without a filter.
pub(super) fn note(filter: &str, matching: usize, gpus: usize) -> String {
    let words = filter.trim_matches(' ');
    if words.is_empty() || gpus == 0 {
        return String::new();
    }
    let number = |number: usize| number.to_string();
    let all = super::format::count(gpus, "GPU");
    match (matching, gpus - matching) {
        (0, _) => ["No process matches “", words, "”: ", &all, " hidden."].concat(),
        (some, 0) => [&number(some), " of ", &all, " run what matches “", words, "”."].concat(),
        (some, others) => {
            [&number(some), " of ", &all, " run what matches “", words, "”; ", &number(others), " hidden."]
                .concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: u32, user: Option<&str>, command: &str, sm: Option<u32>, mib: Option<f64>) -> Process {
        Process {
            pid,
            user: user.map(Into::into),
            command: Some(command.into()),
            sm_utilization: sm,
            used_memory: mib,
            ..Process::default()
        }
    }

    fn gpu() -> Gpu {
        Gpu {
            processes: vec![
                process(1, Some("bob"), "vllm serve", Some(9), Some(100.0)),
                process(2, None, "Xorg", None, None),
                process(3, Some("alice"), "python train.py", Some(90), Some(900.0)),
                process(42, Some("bob"), "python eval.py", Some(0), Some(100.0)),
            ],
            ..Gpu::default()
        }
    }

    fn pids(filter: &str, sort: Sort) -> Vec<u32> {
        let choices = Choices { filter: filter.into(), sort, ..Choices::default() };
        pick(&gpu(), &choices).iter().map(|process| process.pid).collect()
    }

    #[test]
    fn each_column_sorts_both_ways_with_the_unknown_last() {
        for (by, one, other) in [
            (SortBy::Memory, [3, 1, 42, 2], [1, 42, 3, 2]),
            (SortBy::Sm, [3, 1, 42, 2], [42, 1, 3, 2]),
            (SortBy::User, [3, 1, 42, 2], [1, 42, 3, 2]),
            (SortBy::Command, [2, 42, 3, 1], [1, 3, 42, 2]),
        ] {
            assert_eq!(pids("", Sort { by, reversed: false }), one, "{by:?}");
            assert_eq!(pids("", Sort { by, reversed: true }), other, "{by:?}");
        }
    }

    #[test]
    fn each_word_must_be_somewhere() {
        let found = |filter| pids(filter, Sort::default());
        assert_eq!(found("BOB"), [1, 42]);
        assert_eq!(found("  python bob "), [42]);
        assert_eq!(found("train"), [3]);
        assert_eq!(found("42"), [42]);
        assert!(found("carol").is_empty());
        assert_eq!(found(" "), [3, 1, 42, 2]);
        let inside = Process { container: Some("web-1".into()), ..Process::default() };
        assert!(matches(&inside, "web") && !matches(&inside, "web-2"));
    }

    #[test]
    fn what_is_hidden_is_said() {
        let said = |filter, matching| note(filter, matching, 8).replace('\u{a0}', " ");
        assert_eq!(said(" ", 8), "");
        assert_eq!(said("ann ", 3), "3 of 8 GPUs run what matches “ann”; 5 hidden.");
        assert_eq!(said("ann", 8), "8 of 8 GPUs run what matches “ann”.");
        assert_eq!(said("ann", 0), "No process matches “ann”: 8 GPUs hidden.");
    }
}
