use std::path::Path;

use super::*;

const TAIL: &str = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18";

fn write(proc: &Path, pid: u32, name: &str, started: u64, arguments: &str) {
    let folder = proc.join(pid.to_string());
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("stat"), format!("{pid} ({name}) S {TAIL} {started} 0")).unwrap();
    fs::write(folder.join("cmdline"), arguments).unwrap();
    fs::write(folder.join("status"), "Name:\tx\nUid:\t4000000007\t0\t0\t0\n").unwrap();
}

fn gpus(pids: &[u32]) -> Vec<Gpu> {
    let processes = pids.iter().map(|pid| Process { pid: *pid, ..Process::default() }).collect();
    vec![Gpu { processes, ..Gpu::default() }]
}

fn look(processes: &mut Processes, pid: u32, now: Instant) -> Process {
    let mut gpus = gpus(&[pid]);
    processes.fill(&mut gpus, now);
    gpus.remove(0).processes.remove(0)
}

#[test]
fn an_unknown_user_is_a_number() {
    let proc = tempfile::tempdir().unwrap();
    write(proc.path(), 7, "sleep", 1, "/bin/sleep\x0060\0");
    let process = look(&mut Processes::at(proc.path().into(), Reason::Error), 7, Instant::now());
    assert_eq!(process.name.as_deref(), Some("sleep"));
    assert_eq!(process.command.as_deref(), Some("/bin/sleep 60"));
    assert_eq!(process.user.as_deref(), Some("4000000007"));
    assert!(process.unavailable.is_empty());
}

#[test]
fn a_container_is_read_with_the_rest_and_no_more_often() {
    let proc = tempfile::tempdir().unwrap();
    let mut processes = Processes::at(proc.path().into(), Reason::Error);
    let start = Instant::now();
    let put = |job: u32| {
        fs::write(proc.path().join("7/cgroup"), format!("0::/slurm/uid_0/job_{job}/step_0\n")).unwrap();
    };
    write(proc.path(), 7, "a", 1, "a\0");
    assert_eq!(look(&mut processes, 7, start).container, None, "none, and no reason either");
    put(42);
    let at = |seconds| start + Duration::from_secs(seconds);
    assert_eq!(look(&mut processes, 7, at(9)).container, None);
    assert_eq!(look(&mut processes, 7, at(10)).container.as_deref(), Some("slurm job 42"));
    put(43);
    write(proc.path(), 7, "a", 2, "a\0");
    assert_eq!(look(&mut processes, 7, at(15)).container.as_deref(), Some("slurm job 43"), "another process");
}

#[test]
fn a_kernel_thread_has_a_name_and_no_command() {
    let proc = tempfile::tempdir().unwrap();
    write(proc.path(), 7, "nvidia-modeset/", 1, "");
    let process = look(&mut Processes::at(proc.path().into(), Reason::Error), 7, Instant::now());
    assert_eq!(process.name.as_deref(), Some("nvidia-modeset/"));
    assert_eq!(process.command, None);
    assert_eq!(process.unavailable[&ProcessMetric::Command], Reason::NotReported);
}

#[test]
fn a_command_that_the_kernel_had_not_written_yet_is_there_the_next_time() {
    let proc = tempfile::tempdir().unwrap();
    let mut processes = Processes::at(proc.path().into(), Reason::Error);
    let start = Instant::now();
    write(proc.path(), 7, "python", 1, "");
    assert_eq!(look(&mut processes, 7, start).command, None);
    write(proc.path(), 7, "python", 1, "python\0x.py\0");
    let next = look(&mut processes, 7, start + Duration::from_millis(200));
    assert_eq!(next.command.as_deref(), Some("python x.py"));
}

#[test]
fn a_process_that_cannot_be_seen_has_a_reason_for_each_value() {
    let proc = tempfile::tempdir().unwrap();
    let process = look(&mut Processes::at(proc.path().into(), Reason::NeedsHostPid), 7, Instant::now());
    assert_eq!((&process.name, &process.command, &process.user), (&None, &None, &None));
    for metric in [ProcessMetric::Name, ProcessMetric::Command, ProcessMetric::User] {
        assert_eq!(process.unavailable[&metric], Reason::NeedsHostPid);
    }
}

#[test]
fn a_pid_that_stands_for_another_process_is_read_anew() {
    let proc = tempfile::tempdir().unwrap();
    let mut processes = Processes::at(proc.path().into(), Reason::Error);
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    write(proc.path(), 7, "a", 1, "a\0");
    assert_eq!(look(&mut processes, 7, start).command.as_deref(), Some("a"));
    write(proc.path(), 7, "a", 2, "b\0");
    assert_eq!(look(&mut processes, 7, at(5)).command.as_deref(), Some("b"), "another start");
    write(proc.path(), 7, "c", 2, "c\0");
    assert_eq!(look(&mut processes, 7, at(10)).command.as_deref(), Some("c"), "another program");
}

#[test]
fn a_process_is_looked_at_every_five_seconds() {
    let proc = tempfile::tempdir().unwrap();
    let mut processes = Processes::at(proc.path().into(), Reason::Error);
    let start = Instant::now();
    let at = |halves: u64| start + Duration::from_millis(500 * halves);
    assert_eq!(look(&mut processes, 7, start).command, None);
    write(proc.path(), 7, "a", 1, "a\0");
    assert_eq!(
        look(&mut processes, 7, at(1)).command.as_deref(),
        Some("a"),
        "one that was not there is looked for"
    );
    write(proc.path(), 7, "b", 2, "b\0");
    assert_eq!(look(&mut processes, 7, at(9)).command.as_deref(), Some("a"));
    assert_eq!(look(&mut processes, 7, at(11)).command.as_deref(), Some("b"));
    fs::remove_dir_all(proc.path().join("7")).unwrap();
    assert_eq!(look(&mut processes, 7, at(12)).command, None, "one that has ended is missed at once");
}

#[test]
fn a_steady_process_is_read_every_ten_seconds() {
    let proc = tempfile::tempdir().unwrap();
    let mut processes = Processes::at(proc.path().into(), Reason::Error);
    let start = Instant::now();
    write(proc.path(), 7, "a", 1, "a\0");
    look(&mut processes, 7, start);
    write(proc.path(), 7, "a", 1, "b\0");
    let at = |seconds| start + Duration::from_secs(seconds);
    assert_eq!(look(&mut processes, 7, at(9)).command.as_deref(), Some("a"));
    assert_eq!(look(&mut processes, 7, at(10)).command.as_deref(), Some("b"));
}

#[test]
fn what_left_the_gpus_is_forgotten() {
    let proc = tempfile::tempdir().unwrap();
    write(proc.path(), 7, "a", 1, "a\0");
    let mut processes = Processes::at(proc.path().into(), Reason::Error);
    processes.fill(&mut gpus(&[7]), Instant::now());
    assert_eq!(processes.known.len(), 1);
    processes.fill(&mut gpus(&[]), Instant::now());
    assert!(processes.known.is_empty());
}

#[test]
fn in_a_namespace_of_its_own_another_program_is_another_process() {
    let proc = tempfile::tempdir().unwrap();
    write(proc.path(), 7, "bash", 1, "/bin/bash\0");
    let named = |name: &str| {
        let mut gpus = gpus(&[7]);
        gpus[0].processes[0].name = Some(name.into());
        Processes::at(proc.path().into(), Reason::NeedsHostPid).fill(&mut gpus, Instant::now());
        gpus.remove(0).processes.remove(0)
    };
    let other = named("python3");
    assert_eq!((other.name.as_deref(), other.user), (Some("python3"), None));
    assert_eq!(other.unavailable[&ProcessMetric::Command], Reason::NeedsHostPid);
    for same in ["bash", "/usr/bin/bash", "ba"] {
        assert_eq!(named(same).command.as_deref(), Some("/bin/bash"), "{same}");
    }
}

#[test]
fn a_reason_that_the_source_knows_stays() {
    let proc = tempfile::tempdir().unwrap();
    let mut gpus = gpus(&[7]);
    gpus[0].processes[0].unavailable.insert(ProcessMetric::Name, Reason::NoPermission);
    Processes::at(proc.path().into(), Reason::Error).fill(&mut gpus, Instant::now());
    let process = gpus.remove(0).processes.remove(0);
    assert_eq!(process.unavailable[&ProcessMetric::Name], Reason::NoPermission);
    assert_eq!(process.unavailable[&ProcessMetric::User], Reason::Error);
}

#[test]
fn a_secret_is_masked_where_it_is_read_unless_it_is_not_wanted() {
    let proc = tempfile::tempdir().unwrap();
    write(proc.path(), 7, "python", 1, "python\0x.py\0--password\0a b c\0--lr\x001\0");
    // One that wrote over its arguments.
    write(proc.path(), 8, "ray", 1, "ray::train HF_TOKEN=abc\0");
    let of = |masks, pid| {
        let mut processes = Processes::at(proc.path().into(), Reason::Error).masking(masks);
        let process = look(&mut processes, pid, Instant::now());
        (process.name.unwrap(), process.command.unwrap())
    };
    assert_eq!(of(true, 7), ("python".into(), "python x.py --password *** --lr 1".into()));
    assert_eq!(of(false, 7).1, "python x.py --password a b c --lr 1");
    let masked = "ray::train HF_TOKEN=***";
    assert_eq!(of(true, 8), (masked.into(), masked.into()));
    assert_eq!(of(false, 8).0, "ray::train HF_TOKEN=abc");
}
