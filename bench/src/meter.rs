//! What a process costs, from `/proc`.

use std::{collections::BTreeMap, fs, io, path::PathBuf};

/// Looks at one process.
#[derive(Clone, Debug)]
pub struct Meter {
    folder: PathBuf,
}

/// CPU time of each thread, in nanoseconds, by its id.
pub type Threads = BTreeMap<u32, u64>;

/// Memory in KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// All that is resident.
    pub rss: u64,
    /// The same, with what is shared counted in proportion.
    pub pss: u64,
    /// What belongs to no file.
    pub anonymous: u64,
}

impl Meter {
    /// Of the process with this id.
    #[must_use]
    pub fn new(pid: u32) -> Self {
        Self { folder: PathBuf::from(format!("/proc/{pid}")) }
    }

    /// CPU time of all threads. The scheduler counts it in nanoseconds; what `stat` tells
    /// is in hundredths of a second, which is what a quiet server needs in ten seconds.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn cpu(&self) -> io::Result<Threads> {
        let mut threads = Threads::new();
        for entry in fs::read_dir(self.folder.join("task"))? {
            let path = entry?.path();
            let id = path.file_name().and_then(|name| name.to_str()?.parse().ok());
            // A thread may end between the two.
            let Ok(text) = fs::read_to_string(path.join("schedstat")) else { continue };
            let time = text.split(' ').next().and_then(|field| field.parse().ok());
            if let (Some(id), Some(time)) = (id, time) {
                threads.insert(id, time);
            }
        }
        Ok(threads)
    }

    /// Memory now.
    ///
    /// # Errors
    /// When there is no such process, or it is another user's.
    pub fn memory(&self) -> io::Result<Memory> {
        let text = fs::read_to_string(self.folder.join("smaps_rollup"))?;
        let kib = |name: &str| number(&text, name).unwrap_or_default();
        Ok(Memory { rss: kib("Rss:"), pss: kib("Pss:"), anonymous: kib("Anonymous:") })
    }

    /// The most that was ever resident, in KiB.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn peak(&self) -> io::Result<u64> {
        let text = fs::read_to_string(self.folder.join("status"))?;
        Ok(number(&text, "VmHWM:").unwrap_or_default())
    }

    /// How many threads there are.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn threads(&self) -> io::Result<usize> {
        Ok(fs::read_dir(self.folder.join("task"))?.count())
    }

    /// How many descriptors are open.
    ///
    /// # Errors
    /// When there is no such process, or it is another user's.
    pub fn descriptors(&self) -> io::Result<usize> {
        Ok(fs::read_dir(self.folder.join("fd"))?.count())
    }

    /// How many of them are sockets. Unlike files, they are not opened and closed for
    /// each sample.
    ///
    /// # Errors
    /// When there is no such process, or it is another user's.
    pub fn sockets(&self) -> io::Result<usize> {
        let targets =
            fs::read_dir(self.folder.join("fd"))?.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
        Ok(targets.filter(|target| target.as_os_str().as_encoded_bytes().starts_with(b"socket:")).count())
    }
}

/// The CPU time between two looks, in nanoseconds. What a thread that ended in between
/// had used is not known any more, and left out.
#[must_use]
pub fn spent(before: &Threads, after: &Threads) -> u64 {
    let earlier = |id| before.get(id).copied().unwrap_or_default();
    after.iter().map(|(id, time)| time.saturating_sub(earlier(id))).sum()
}

/// The number behind a name at the beginning of a line.
fn number(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_what_every_process_has() {
        let meter = Meter::new(std::process::id());
        let memory = meter.memory().unwrap();
        assert!(memory.rss >= memory.pss && memory.rss > memory.anonymous && memory.anonymous > 0);
        assert!(meter.peak().unwrap() > 0);
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        assert!(meter.threads().unwrap() >= 1 && meter.descriptors().unwrap() >= 3);
        assert!(meter.sockets().unwrap() >= 1 && meter.sockets().unwrap() < meter.descriptors().unwrap());
        drop(socket);
        let before = meter.cpu().unwrap();
        let mut sum = 0_u64;
        while spent(&before, &meter.cpu().unwrap()) == 0 {
            sum = std::hint::black_box(sum + 1);
        }
    }

    #[test]
    fn a_thread_that_ended_takes_nothing_away() {
        let before = Threads::from([(1, 10), (2, 500)]);
        assert_eq!(spent(&before, &Threads::from([(1, 17), (3, 5)])), 12);
    }

    #[test]
    fn a_process_that_is_gone_is_an_error() {
        assert!(Meter::new(u32::MAX).cpu().is_err());
    }
}
