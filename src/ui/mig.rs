//! MIG instances: a GPU cut into several.

use leptos::prelude::*;

use super::{
    format,
    list::{Item, items},
    piece::Piece,
    store::Card,
};
use crate::telemetry::{Gpu, MigInstance, Process};

#[component]
pub(crate) fn MigRows(card: Card) -> impl IntoView {
    let list = Piece::new("ul").with("class", "mig").with("aria-label", "MIG instances");
    items(list, move || rows(&card.gpu.read()))
}

/// "MIG 0", "1g.18gb", its memory and who runs on it.
fn rows(gpu: &Gpu) -> Vec<Item> {
    let instances = &gpu.mig_instances;
    let row = |(place, instance): (usize, &MigInstance)| {
        // Memory belongs to the GPU instance: the first that has it says it, for all.
        let first = instances[..place]
            .iter()
            .find(|other| other.gpu_instance.is_some() && other.gpu_instance == instance.gpu_instance);
        let figures = instance.memory_used.zip(instance.memory_total).filter(|_| first.is_none());
        let memory = match (first, figures) {
            (Some(first), _) => ["memory of MIG ", &first.index.to_string()].concat(),
            (None, Some((used, total))) => format::memory_of(used, total).text(),
            (None, None) => format::DASH.to_owned(),
        };
        let users: Vec<String> = gpu
            .processes
            .iter()
            .filter(|process| runs_on(process, instance, first.is_none()))
            .map(short)
            .collect();
        Item {
            class: "",
            testid: "mig-row",
            title: instance.uuid.clone(),
            key: ["MIG ", &instance.index.to_string()].concat(),
            name: profile(instance),
            bar: figures.map(|(used, total)| ("", format::length(format::share(used, total)))),
            figure: memory,
            more: users.join(", "),
        }
    };
    instances.iter().enumerate().map(row).collect()
}

/// Whether the process is on this instance. One whose compute instance is not
/// known counts for the `first` of its GPU instance.
fn runs_on(process: &Process, instance: &MigInstance, first: bool) -> bool {
    process.gpu_instance.is_some()
        && process.gpu_instance == instance.gpu_instance
        && process.compute_instance.map_or(first, |compute| Some(compute) == instance.compute_instance)
}

/// "alice vllm", as far as it is known.
fn short(process: &Process) -> String {
    let mut words: Vec<&str> = process.user.as_deref().into_iter().collect();
    let pid = ["PID ", &process.pid.to_string()].concat();
    words.push(process.name.as_deref().unwrap_or(&pid));
    words.join(" ")
}

/// "1g.18gb" of "NVIDIA H200 MIG 1g.18gb".
fn profile(instance: &MigInstance) -> String {
    let name = instance.name.as_deref().unwrap_or(format::DASH);
    name.rsplit(' ').next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::format::THIN;

    fn instance(index: u32, gpu: u32, compute: u32) -> MigInstance {
        MigInstance {
            index,
            uuid: None,
            name: Some("NVIDIA H200 MIG 1g.18gb".into()),
            gpu_instance: Some(gpu),
            compute_instance: Some(compute),
            memory_used: Some(4096.0),
            memory_total: Some(16_384.0),
        }
    }

    fn process(pid: u32, name: Option<&str>, on: (u32, Option<u32>)) -> Process {
        Process {
            pid,
            name: name.map(Into::into),
            user: name.map(|_| "bob".into()),
            gpu_instance: Some(on.0),
            compute_instance: on.1,
            ..Process::default()
        }
    }

    #[test]
    fn instances_of_one_gpu_instance_share_its_memory() {
        let gpu = Gpu {
            mig_instances: vec![instance(0, 2, 0), instance(1, 3, 0), instance(2, 3, 1)],
            processes: vec![
                process(7, Some("left"), (3, Some(0))),
                process(8, Some("right"), (3, Some(1))),
                process(9, None, (3, None)),
                process(10, Some("one"), (2, None)),
            ],
            ..Gpu::default()
        };
        let rows = rows(&gpu);
        let said: Vec<[String; 3]> = rows
            .iter()
            .map(|row| [row.key.clone(), row.figure.replace(THIN, " "), row.more.clone()])
            .collect();
        assert_eq!(
            said,
            [
                ["MIG 0", "4.0 / 16.0 GiB", "bob one"],
                ["MIG 1", "4.0 / 16.0 GiB", "bob left, PID 9"],
                ["MIG 2", "memory of MIG 1", "bob right"]
            ]
        );
        assert_eq!((rows[1].bar.clone(), rows[2].bar.clone()), (Some(("", "25.0%".to_owned())), None));
        assert_eq!(rows[0].name, "1g.18gb");
    }

    #[test]
    fn what_is_unknown_is_a_dash() {
        let blank = MigInstance { memory_used: None, gpu_instance: None, name: None, ..instance(4, 0, 0) };
        let gpu = Gpu { mig_instances: vec![blank.clone(), blank], ..Gpu::default() };
        for row in rows(&gpu) {
            assert_eq!((row.figure.as_str(), row.name.as_str()), (format::DASH, format::DASH));
            assert_eq!((row.bar, row.more), (None, String::new()));
        }
    }
}
