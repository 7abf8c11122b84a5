use std::{fs, path::Path};

use super::*;
use crate::telemetry::Process;

/// A machine as the kernel shows it.
struct Machine {
    root: tempfile::TempDir,
    rest: Rest,
    start: Instant,
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

impl Machine {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let rest = Rest::of(Kernel::at(root.path()));
        Self { root, rest, start: Instant::now() }
    }

    /// A laptop with one GPU of NVIDIA's, its sound, and one of somebody else's.
    fn laptop(status: &str) -> Self {
        let machine = Self::new();
        machine.device("0000:01:00.0", "0x10de", "0x030000", "auto", status);
        machine.device("0000:01:00.1", "0x10de", "0x040300", "auto", "suspended");
        machine.device("0000:00:02.0", "0x8086", "0x030000", "auto", "active");
        let note = machine.root.path().join("gpus/0000:01:00.0");
        write(
            &note.join("information"),
            "Model: \t\t NVIDIA GeForce RTX 3060 Laptop GPU\nGPU UUID: \t GPU-1\nVideo BIOS: \t ??.??\n",
        );
        write(&note.join("power"), "Runtime D3 status:          Enabled (fine-grained)\nVideo Memory: Off\n");
        machine
    }

    fn device(&self, address: &str, vendor: &str, class: &str, control: &str, status: &str) {
        let folder = self.root.path().join("devices").join(address);
        write(&folder.join("vendor"), &format!("{vendor}\n"));
        write(&folder.join("class"), &format!("{class}\n"));
        write(&folder.join("power/control"), &format!("{control}\n"));
        write(&folder.join("power/runtime_status"), &format!("{status}\n"));
    }

    fn status(&self, status: &str) {
        write(&self.root.path().join("devices/0000:01:00.0/power/runtime_status"), &format!("{status}\n"));
    }

    fn sleep(&mut self, seconds: u64) -> Option<Sleep> {
        self.rest.look(self.start + Duration::from_secs(seconds))
    }

    fn look(&mut self, seconds: u64) -> Option<Vec<Gpu>> {
        self.sleep(seconds).map(|sleep| sleep.gpus)
    }

    /// The GPU is read and does this.
    fn notice(&mut self, seconds: u64, gpu: &Gpu) {
        self.rest.notice(std::slice::from_ref(gpu), self.start + Duration::from_secs(seconds));
    }
}

fn idle() -> Gpu {
    let desktop = Process { kind: Some(ProcessKind::Graphics), ..Process::default() };
    Gpu { utilization: Some(0), processes: vec![desktop], ..Gpu::default() }
}

#[test]
fn a_gpu_that_sleeps_is_known_and_left_asleep() {
    let mut laptop = Machine::laptop("active");
    assert_eq!(laptop.look(0), None);
    laptop.status("suspended");
    let gpus = laptop.look(1).unwrap();
    assert_eq!(gpus.len(), 1);
    assert_eq!(gpus[0].name.as_deref(), Some("NVIDIA GeForce RTX 3060 Laptop GPU"));
    assert_eq!((gpus[0].key().as_str(), gpus[0].state), ("GPU-1", GpuState::Asleep));
    assert_eq!(gpus[0].pci_bus_id.as_deref(), Some("00000000:01:00.0"));
    assert_eq!(laptop.look(100).unwrap(), gpus, "also when it was searched for again");
    laptop.status("active");
    assert_eq!(laptop.look(101), None, "somebody woke it");
    laptop.status("suspended");
    assert!(laptop.look(102).is_some());
}

/// The driver switches a GPU on when somebody reads its notes about it.
#[test]
fn the_drivers_notes_are_not_read_while_it_sleeps() {
    let mut laptop = Machine::laptop("suspended");
    for second in [0, 40] {
        let gpus = laptop.look(second).unwrap();
        assert_eq!((gpus[0].name.as_deref(), gpus[0].uuid.as_deref()), (None, None));
        assert_eq!(gpus[0].pci_bus_id.as_deref(), Some("00000000:01:00.0"));
    }
    laptop.status("active");
    assert_eq!(laptop.look(80), None);
    laptop.status("suspended");
    assert_eq!(laptop.look(81).unwrap()[0].uuid.as_deref(), Some("GPU-1"));
}

#[test]
fn what_the_driver_has_not_learned_is_not_known() {
    let mut laptop = Machine::laptop("active");
    let note = laptop.root.path().join("gpus/0000:01:00.0/information");
    write(&note, "Model: \t\t Unknown\nGPU UUID: \t GPU-????????-????\n");
    assert_eq!(laptop.look(0), None);
    laptop.status("suspended");
    let gpus = laptop.look(1).unwrap();
    assert_eq!((gpus[0].uuid.as_deref(), gpus[0].name.as_deref()), (None, Some("Unknown")));
    laptop.status("active");
    fs::remove_file(note).unwrap();
    assert_eq!(laptop.look(31), None);
    laptop.status("suspended");
    assert_eq!(laptop.look(32).unwrap()[0].name, None);
}

#[test]
fn one_that_is_awake_keeps_all_readable() {
    let mut machine = Machine::laptop("suspended");
    machine.device("0000:02:00.0", "0x10de", "0x030200", "on", "active");
    assert_eq!(machine.look(0), None);
    assert_eq!(Machine::new().look(0), None, "no GPU at all");
}

#[test]
fn an_idle_gpu_is_let_go_of_and_falls_asleep() {
    let mut laptop = Machine::laptop("active");
    for second in 0..=15 {
        assert_eq!(laptop.look(second), None, "{second}");
        laptop.notice(second, &idle());
    }
    let sleep = laptop.sleep(16).unwrap();
    assert!(sleep.gpus[0].state_detail.as_ref().unwrap().contains("left alone") && !sleep.fell);
    laptop.status("suspended");
    let sleep = laptop.sleep(17).unwrap();
    assert!(sleep.gpus[0].state_detail.as_ref().unwrap().contains("sleeps") && sleep.fell);
}

#[test]
fn a_gpu_that_does_something_is_not_let_go_of() {
    let mut laptop = Machine::laptop("active");
    let compute = Process { kind: Some(ProcessKind::Compute), ..Process::default() };
    let held = Gpu { processes: vec![compute], ..idle() };
    let busy = Gpu { utilization: Some(3), ..Gpu::default() };
    for second in 0..100 {
        assert_eq!(laptop.look(second), None, "{second}");
        let gpu = if second < 50 {
            held.clone()
        } else if second % 10 == 0 {
            busy.clone()
        } else {
            idle()
        };
        laptop.notice(second, &gpu);
    }
}

#[test]
fn a_gpu_that_does_not_fall_asleep_is_read_again_and_left_alone() {
    let mut laptop = Machine::laptop("active");
    let mut away = Vec::new();
    for second in 0..4000 {
        match laptop.look(second) {
            Some(_) => away.push(second),
            None => laptop.notice(second, &idle()),
        }
    }
    assert_eq!((away.first(), away.len()), (Some(&16), 38), "for less than 20 s, once an hour");
}

#[test]
fn a_gpu_whose_driver_does_not_let_it_sleep_is_never_let_go_of() {
    let mut laptop = Machine::laptop("active");
    write(&laptop.root.path().join("gpus/0000:01:00.0/power"), "Runtime D3 status: Disabled by default\n");
    for second in 0..100 {
        assert_eq!(laptop.look(second), None);
        laptop.notice(second, &idle());
    }
}
