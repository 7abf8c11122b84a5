//! Reads the machine around the GPUs.

use std::time::{Duration, Instant};

use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, MemoryRefreshKind, System};

use crate::telemetry::Host;

/// How long the figures are good where samples come faster: a little less than a second, so
/// that a sample a second has its own.
const INTERVAL: Duration = Duration::from_millis(900);

/// How long a figure of the disk is good: it changes slowly.
const DISK_INTERVAL: Duration = Duration::from_secs(10);

/// Reads the host's metrics, and only those that are shown.
///
/// Inside a container the figures are the host's all the same: limits of control
/// groups are left out, as it is the machine that the GPUs depend on. The disk is
/// what the container sees as `/`, the hostname is the container's.
#[derive(Debug)]
pub struct HostReader {
    system: Option<System>,
    hostname: Option<String>,
    cpu: Cpu,
    disk: Option<Disk>,
    disk_read: Option<Instant>,
    latest: Option<(Instant, Host)>,
}

/// The processors' load needs two readings, and their distance.
#[derive(Debug, Default)]
struct Cpu {
    read: Option<Instant>,
    usage: Option<f64>,
}

/// Bytes on `/`.
#[derive(Clone, Copy, Debug)]
struct Disk {
    used: u64,
    total: u64,
}

impl Default for HostReader {
    fn default() -> Self {
        Self::new()
    }
}

impl HostReader {
    /// Reads the hostname; everything else is read by [`Self::read`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            system: System::new().ok(),
            hostname: System::host_name().ok().filter(|name| !name.is_empty()),
            cpu: Cpu::default(),
            disk: None,
            disk_read: None,
            latest: None,
        }
    }

    /// The host now, or at most 0.9 s ago. The processors' usage is that of the time between
    /// two readings.
    pub fn read(&mut self) -> Host {
        // Before there is a figure of the processors, it is worth another look.
        if let Some((read, host)) = &self.latest
            && host.cpu_usage.is_some()
            && read.elapsed() < INTERVAL
        {
            return host.clone();
        }
        let host = self.read_now();
        self.latest = Some((Instant::now(), host.clone()));
        host
    }

    fn read_now(&mut self) -> Host {
        let (load_average, uptime) = load_and_uptime();
        let mut host = Host { load_average, uptime, hostname: self.hostname.clone(), ..Host::default() };
        host.uptime_seconds = host.uptime;
        if let Some(system) = &mut self.system {
            host.cpu_usage = self.cpu.read(system);
            read_memory(system, &mut host);
        }
        if self.disk_read.is_none_or(|read| read.elapsed() >= DISK_INTERVAL) {
            self.disk = root_disk();
            self.disk_read = Some(Instant::now());
        }
        host.disk_used = self.disk.map(|disk| disk.used);
        host.disk_total = self.disk.map(|disk| disk.total);
        host
    }
}

impl Cpu {
    /// %, once there are two readings.
    fn read(&mut self, system: &mut System) -> Option<f64> {
        // sysinfo ignores a reading that comes too early, and after the first one
        // it knows the mean since boot, which is not what is asked for.
        let since = self.read.map(|read| read.elapsed());
        if since.is_none_or(|since| since >= MINIMUM_CPU_UPDATE_INTERVAL) {
            system.refresh_cpu_usage();
            self.read = Some(Instant::now());
            if since.is_some() {
                let usage = f64::from(system.global_cpu_usage());
                self.usage = usage.is_finite().then(|| rounded(usage.clamp(0.0, 100.0), 10.0));
            }
        }
        self.usage
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of bytes needs no more digits")]
fn read_memory(system: &mut System, host: &mut Host) {
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let total = system.total_memory();
    if total == 0 {
        return;
    }
    let used = total.saturating_sub(system.available_memory());
    host.memory_used = Some(used);
    host.memory_total = Some(total);
    host.memory_usage = Some(rounded(100.0 * used as f64 / total as f64, 10.0));
}

/// One call tells both; the two files in `/proc` take a dozen.
#[cfg(target_os = "linux")]
#[expect(clippy::cast_precision_loss, reason = "a load has a few digits")]
fn load_and_uptime() -> (Option<[f64; 3]>, Option<u64>) {
    /// `SI_LOAD_SHIFT`
    const ONE: f64 = 65_536.0;
    let told = rustix::system::sysinfo();
    // A second that has begun counts as a whole one there.
    let uptime = u64::try_from(told.uptime).ok().map(|seconds| seconds.saturating_sub(1));
    (Some(told.loads.map(|load| rounded(load as f64 / ONE, 100.0))), uptime)
}

#[cfg(not(target_os = "linux"))]
fn load_and_uptime() -> (Option<[f64; 3]>, Option<u64>) {
    let load = System::load_average().ok();
    let load = load.map(|load| [load.one, load.five, load.fifteen].map(|load| rounded(load, 100.0)));
    (load, System::uptime().ok())
}

/// Only `/` is asked: a list of all disks touches every mounted file system, and
/// one that does not answer (a lost network share) would hold up the GPUs.
#[cfg(unix)]
fn root_disk() -> Option<Disk> {
    let disk = rustix::fs::statvfs("/").ok()?;
    let total = disk.f_blocks.checked_mul(disk.f_frsize)?;
    let used = disk.f_blocks.saturating_sub(disk.f_bfree).checked_mul(disk.f_frsize)?;
    (total > 0).then_some(Disk { used, total })
}

#[cfg(not(unix))]
fn root_disk() -> Option<Disk> {
    None
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_plausible() {
        let host = HostReader::new().read();
        let (used, total) = (host.memory_used.unwrap(), host.memory_total.unwrap());
        assert!(total > 1 << 20 && used > 0 && used <= total, "{used} of {total}");
        assert!((0.0..=100.0).contains(&host.memory_usage.unwrap()));
        let (used, total) = (host.disk_used.unwrap(), host.disk_total.unwrap());
        assert!(total > 1 << 20 && used <= total, "{used} of {total}");
        assert!(host.load_average.unwrap().iter().all(|load| *load >= 0.0));
        assert_eq!(host.uptime, host.uptime_seconds);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_kernel_says_the_same() {
        let kernel = |file: &str| std::fs::read_to_string(format!("/proc/{file}")).unwrap();
        let host = HostReader::new().read();
        assert_eq!(host.hostname.as_deref(), Some(kernel("sys/kernel/hostname").trim()));
        let total = kernel("meminfo").split_whitespace().nth(1).unwrap().parse::<u64>().unwrap();
        assert_eq!(host.memory_total, Some(total * 1024));
        let loads = host.load_average.unwrap();
        let told = kernel("loadavg");
        for (load, told) in loads.into_iter().zip(told.split(' ')) {
            // It may have been reckoned anew in between.
            assert!((load - told.parse::<f64>().unwrap()).abs() < 2.0, "{loads:?}");
        }
        let uptime = kernel("uptime").split('.').next().unwrap().parse::<u64>().unwrap();
        assert!(host.uptime <= Some(uptime) && host.uptime >= uptime.checked_sub(60));
    }

    #[test]
    fn cpu_usage_needs_two_readings_some_time_apart() {
        let mut reader = HostReader::new();
        assert_eq!(reader.read().cpu_usage, None);
        let start = reader.cpu.read.unwrap();
        reader.cpu.read = Some(far_ahead());
        assert_eq!(reader.read().cpu_usage, None, "too early");
        reader.cpu.read = Some(start);
        let usage = loop {
            match reader.read().cpu_usage {
                Some(usage) => break usage,
                None => std::thread::yield_now(),
            }
        };
        assert!((0.0..=100.0).contains(&usage), "{usage}");
        assert!(reader.cpu.read.unwrap() >= start + MINIMUM_CPU_UPDATE_INTERVAL);
    }

    #[test]
    fn the_disk_is_asked_now_and_then() {
        let mut reader = HostReader::new();
        reader.disk_read = Some(far_ahead());
        assert_eq!(reader.read().disk_total, None, "just asked");
        reader.disk_read = None;
        assert!(reader.read().disk_total.is_some());
        assert!(reader.disk_read.unwrap() < far_ahead());
    }

    /// An instant from which no time has passed however slow the test runs.
    fn far_ahead() -> Instant {
        Instant::now() + Duration::from_secs(3600)
    }

    #[test]
    fn rounds_to_the_digits_that_are_shown() {
        assert!((rounded(12.345, 10.0) - 12.3).abs() < f64::EPSILON);
        assert!((rounded(0.876_5, 100.0) - 0.88).abs() < f64::EPSILON);
    }
}
