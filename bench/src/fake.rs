//! A machine of GPUs that are not there, used by processes that are.

use std::{
    fs, io,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the driver's library and its scenario, and the processes on the GPUs.
/// They are real, so that `/proc` is read of each.
#[derive(Debug)]
pub struct Machine {
    folder: TempDir,
    processes: Vec<Child>,
}

impl Machine {
    /// With so many processes in all, dealt out to the GPUs.
    ///
    /// # Errors
    /// When the library is not there or a process cannot be started.
    pub fn new(library: &Path, gpus: usize, processes: usize) -> io::Result<Self> {
        let mut machine = Self { folder: tempfile::tempdir()?, processes: Vec::new() };
        for _ in 0..processes {
            let mut sleep = Command::new("sleep");
            machine.processes.push(sleep.arg("infinity").stdin(Stdio::null()).spawn()?);
        }
        let pids: Vec<u32> = machine.processes.iter().map(Child::id).collect();
        fs::copy(library, machine.folder().join("libnvidia-ml.so.1"))?;
        fs::write(machine.folder().join("scenario.json"), scenario(gpus, &pids).to_string())?;
        Ok(machine)
    }

    /// Eight GPUs with four processes each: what the original was measured with.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn usual(library: &Path) -> io::Result<Self> {
        Self::new(library, 8, 32)
    }

    /// For `LD_LIBRARY_PATH`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// GPUs at work: load and power are others in each sample, temperatures every few seconds;
/// memory is held.
fn scenario(gpus: usize, pids: &[u32]) -> Value {
    let gpu = |index: usize| {
        // No two in step.
        let period = 7.0 + f64::from(u32::try_from(index).unwrap_or_default());
        let over = |seconds: f64, min: u32, max: u32| json!({"wave": {"min": min, "max": max, "periodSeconds": seconds}});
        let wave = |min, max| over(period, min, max);
        let mine = pids.iter().skip(index).step_by(gpus);
        let processes: Vec<_> = mine
            .map(|pid| json!({"pid": pid, "memoryMiB": 4000.5, "sm": wave(10, 25), "mem": 10, "enc": 0, "dec": 0}))
            .collect();
        json!({
            "utilization": {"gpu": wave(40, 100), "memory": wave(10, 60)},
            "encoder": 0, "decoder": 0, "jpeg": 0, "ofa": 0,
            "memory": {"totalMiB": 143_771, "usedMiB": 64_000 + index, "reservedMiB": 602},
            "temperature": over(60.0 + period, 50, 75), "memoryTemperature": over(60.0 + period, 55, 80),
            "fans": [64, 64],
            "powerMilliwatts": wave(200_000, 690_000),
            "processes": processes,
        })
    };
    json!({"gpus": (0..gpus).map(gpu).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_process_is_on_one_gpu() {
        let scenario = scenario(3, &[1, 2, 3, 4]);
        let pids = |index: usize| {
            let processes = scenario["gpus"][index]["processes"].as_array().unwrap();
            processes.iter().map(|process| process["pid"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!([pids(0), pids(1), pids(2)], [vec![1, 4], vec![2], vec![3]]);
    }
}
