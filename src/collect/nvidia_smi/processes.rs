//! Who uses the GPU.

use std::cmp::Ordering;

use super::{mig::number, text, tree::Element};
use crate::{
    collect::{processes::text::printable, source::Reading},
    telemetry::{Process, ProcessKind, ProcessMetric, Reason},
};

/// Of a GPU in a listing, most memory first.
pub(super) fn listed(gpu: &Element) -> Reading<Vec<Process>> {
    let list = gpu.element("processes")?;
    if list.children.is_empty() {
        return match text::value(list.text()) {
            Ok("None") | Err(Reason::NotReported) => Ok(Vec::new()),
            Ok(_) => Err(Reason::Error),
            Err(reason) => Err(reason),
        };
    }
    let mut processes = Vec::new();
    for info in list.children.iter().filter(|child| child.is("process_info")) {
        add(&mut processes, info);
    }
    processes.sort_by(by_memory);
    Ok(processes)
}

fn add(processes: &mut Vec<Process>, info: &Element) {
    // Some drivers list a process 0, which is none.
    let Some(pid) = number(info.at("pid")).ok().filter(|pid| *pid != 0) else { return };
    let gpu_instance = number(info.at("gpu_instance_id")).ok();
    let compute_instance = number(info.at("compute_instance_id")).ok();
    let kind = kind(info);
    let memory = info.at("used_memory").and_then(text::mib);
    let known = processes.iter_mut().find(|p| p.pid == pid && p.gpu_instance == gpu_instance);
    let process = if let Some(process) = known {
        process.kind = match (process.kind, kind) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other),
        };
        process
    } else {
        processes.push_mut(Process { pid, kind, gpu_instance, compute_instance, ..Process::default() })
    };
    // The same memory is told wherever a process is listed: it is not a sum.
    let memory = match (process.used_memory, memory) {
        (Some(one), Ok(other)) => Ok(one.max(other)),
        (Some(memory), Err(_)) => Ok(memory),
        (None, memory) => memory,
    };
    process.set(ProcessMetric::UsedMemory, |p| &mut p.used_memory, memory);
    process.set(ProcessMetric::Name, |p| &mut p.name, info.at("process_name").and_then(name));
    process.set(ProcessMetric::Command, |p| &mut p.command, Err(Reason::NotReported));
    process.set(ProcessMetric::User, |p| &mut p.user, Err(Reason::NotReported));
    process.set(ProcessMetric::SmUtilization, |p| &mut p.sm_utilization, Err(Reason::NotReported));
}

fn kind(info: &Element) -> Option<ProcessKind> {
    match info.at("type").ok()? {
        "C" | "M+C" | "M" => Some(ProcessKind::Compute),
        "G" => Some(ProcessKind::Graphics),
        "C+G" | "M+C+G" => Some(ProcessKind::Both),
        _ => None,
    }
}

/// The program's file name. Browsers and their like write their whole command line
/// where its path belongs.
fn name(text: &str) -> Reading<String> {
    let path = match text::value(text) {
        // A program may be called like this.
        Err(Reason::Error | Reason::Timeout) if is_word(text.trim()) => text.trim(),
        path => path?,
    };
    let path = path.split(" -").next().unwrap_or(path).trim_end();
    let on_windows = path.as_bytes().get(1..3) == Some(b":\\");
    let file = path.rsplit(|c| c == '/' || (on_windows && c == '\\')).next().unwrap_or(path);
    let file: String = file.chars().filter(|c| !c.is_control()).collect();
    let file: String = printable(&file).trim().chars().take(text::LONGEST).collect();
    if file.is_empty() || file == "-" { Err(Reason::NotReported) } else { Ok(file) }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphabetic())
}

fn by_memory(one: &Process, other: &Process) -> Ordering {
    let memory = |process: &Process| process.used_memory.unwrap_or(-1.0);
    memory(other).total_cmp(&memory(one)).then(one.pid.cmp(&other.pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(pid: u32, kind: &str, name: &str, memory: &str) -> String {
        format!(
            "<process_info><gpu_instance_id>N/A</gpu_instance_id><pid>{pid}</pid><type>{kind}</type>\
             <process_name>{name}</process_name><used_memory>{memory}</used_memory></process_info>"
        )
    }

    fn of(list: &str) -> Reading<Vec<Process>> {
        listed(&Element::root(&format!("<gpu><processes>{list}</processes></gpu>")).unwrap())
    }

    #[test]
    fn each_process_is_there_once_most_memory_first() {
        let list = [
            info(7, "G", "/usr/lib/xorg/Xorg", "22 MiB"),
            info(0, "C", "nothing", "99 MiB"),
            info(9, "C", "python", "1005 MiB"),
            info(7, "C", "/usr/lib/xorg/Xorg", "40 MiB"),
        ];
        let processes = of(&list.concat()).unwrap();
        let short: Vec<_> = processes.iter().map(|p| (p.pid, p.kind, p.used_memory)).collect();
        assert_eq!(
            short,
            [(9, Some(ProcessKind::Compute), Some(1005.0)), (7, Some(ProcessKind::Both), Some(40.0))]
        );
    }

    #[test]
    fn memory_and_name_may_be_withheld() {
        let processes = of(&info(7, "C+G", "Insufficient Permissions", "N/A")).unwrap();
        assert_eq!(processes[0].unavailable[&ProcessMetric::Name], Reason::NoPermission);
        assert_eq!(processes[0].unavailable[&ProcessMetric::UsedMemory], Reason::NotSupported);
    }

    #[test]
    fn memory_that_no_gpu_has_is_an_error() {
        let processes = of(&info(7, "C", "a", "1048577 GiB")).unwrap();
        assert_eq!(processes[0].unavailable[&ProcessMetric::UsedMemory], Reason::Error);
    }

    #[test]
    fn no_list_is_no_empty_list() {
        assert_eq!(of(""), Ok(vec![]));
        assert_eq!(of("None"), Ok(vec![]));
        assert_eq!(of("N/A"), Err(Reason::NotSupported));
        assert_eq!(listed(&Element::root("<gpu/>").unwrap()), Err(Reason::NotReported));
    }

    #[test]
    fn a_name_is_the_programs() {
        for (text, shown) in [
            ("/usr/lib/xorg/Xorg", "Xorg"),
            ("./gpu_burn", "gpu_burn"),
            ("/opt/code/code --type=gpu-process --x=/a/b", "code"),
            ("/opt/My App/run", "run"),
            ("C:\\Program Files\\App\\app.exe", "app.exe"),
        ] {
            assert_eq!(name(text).as_deref(), Ok(shown));
        }
        assert_eq!(name("timeout").as_deref(), Ok("timeout"));
        assert_eq!(name("rtl\u{202e}gnp\u{1b}").as_deref(), Ok("rtl gnp"));
        assert_eq!(name(&"x".repeat(9999)).map(|name| name.len()), Ok(text::LONGEST));
        assert_eq!(name("[Unknown Error]"), Err(Reason::Error));
        assert_eq!(name("/"), Err(Reason::NotReported));
    }
}
