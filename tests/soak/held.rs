//! What a process holds, as the kernel tells it.

use std::{
    fmt, fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{task::JoinHandle, time::sleep};

/// What a process holds.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
    pub(crate) children: usize,
    /// KiB.
    pub(crate) memory: u64,
}

/// The most that was held, looked at now and then.
pub(crate) struct Watch(JoinHandle<()>, Arc<Mutex<Held>>);

impl Watch {
    pub(crate) fn over(pid: u32) -> Self {
        let most = Arc::new(Mutex::new(Held::of(pid)));
        let raised = Arc::clone(&most);
        let task = tokio::spawn(async move {
            loop {
                sleep(Duration::from_millis(50)).await;
                raised.lock().unwrap().raise(&Held::of(pid));
            }
        });
        Self(task, most)
    }

    pub(crate) fn stop(self) -> Held {
        self.0.abort();
        self.1.lock().unwrap().clone()
    }
}

impl Held {
    pub(crate) fn of(pid: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let figure = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_start_matches(':').split_whitespace().next().unwrap().parse::<u64>().unwrap()
        };
        Self {
            descriptors: fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count(),
            threads: usize::try_from(figure("Threads")).unwrap(),
            children: children(pid),
            memory: figure("VmRSS"),
        }
    }

    fn raise(&mut self, other: &Self) {
        self.descriptors = self.descriptors.max(other.descriptors);
        self.threads = self.threads.max(other.threads);
        self.children = self.children.max(other.children);
        self.memory = self.memory.max(other.memory);
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { descriptors, threads, children, memory } = self;
        write!(f, "{descriptors} descriptors, {threads} threads, {children} children, {memory} KiB")
    }
}

/// Those that live, and those that nobody asked how they ended.
fn children(parent: u32) -> usize {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let of = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    tasks.flatten().map(|task| of(task).split_whitespace().count()).sum()
}
