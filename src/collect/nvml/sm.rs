//! Each process's share of the multiprocessors' time.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use nvml_wrapper::error::NvmlError;

use super::{
    raw::{self, Sample},
    reason::{Stop, settle},
    visit::Visit,
};
use crate::telemetry::{Process, ProcessMetric, Reason};

/// How long a sample speaks for its process. The driver takes one about once a
/// second of each process that does something: between two of them a busy process
/// is not idle.
const SPEAKS_FOR: Duration = Duration::from_millis(1500);

#[derive(Debug)]
pub(super) struct Samples {
    /// The newest sample's time; the driver hands out what is newer.
    newest: u64,
    /// Whether it was asked before. What it hands out at first is of any age.
    asked: bool,
    /// By PID: the newest sample, and when it came.
    shares: BTreeMap<u32, (u32, Instant)>,
    /// How many samples there were room for last time.
    room: u32,
    /// The device lacks them, or refuses them.
    refused: Option<Reason>,
}

impl Default for Samples {
    fn default() -> Self {
        Self { newest: 0, asked: false, shares: BTreeMap::new(), room: 128, refused: None }
    }
}

/// Fills in the shares of the processes that are listed.
pub(super) fn read(visit: &mut Visit<'_>, processes: &mut [Process]) -> Result<(), Stop> {
    if processes.is_empty() {
        return Ok(());
    }
    let samples = &mut visit.notes.samples;
    if samples.refused.is_none() || visit.slow_due {
        let answer = raw::process_samples(&visit.device, samples.newest, &mut samples.room);
        let first = !samples.asked;
        samples.refused = None;
        match settle(none_is_no_error(answer))? {
            Ok(taken) => samples.add(&taken, visit.now),
            Err(reason @ (Reason::NotSupported | Reason::NoPermission)) => samples.refused = Some(reason),
            Err(reason) => {
                set_all(processes, reason);
                return Ok(());
            }
        }
        if first && samples.refused.is_none() {
            set_all(processes, Reason::Pending);
            return Ok(());
        }
    }
    match visit.notes.samples.refused {
        Some(Reason::NotSupported) if visit.is_split() => set_all(processes, Reason::HiddenByMig),
        Some(reason) => set_all(processes, reason),
        None => visit.notes.samples.tell(processes, visit.now),
    }
    Ok(())
}

/// The driver has an error for "nobody did anything".
fn none_is_no_error(answer: Result<Vec<Sample>, NvmlError>) -> Result<Vec<Sample>, NvmlError> {
    match answer {
        Err(NvmlError::NotFound) => Ok(Vec::new()),
        answer => answer,
    }
}

fn set_all(processes: &mut [Process], reason: Reason) {
    for process in processes {
        process.set(ProcessMetric::SmUtilization, |process| &mut process.sm_utilization, Err(reason));
    }
}

impl Samples {
    fn add(&mut self, taken: &[Sample], now: Instant) {
        self.shares.retain(|_, (_, came)| now.saturating_duration_since(*came) < SPEAKS_FOR);
        let mut taken: Vec<_> = taken.iter().filter(|sample| sample.time > self.newest).collect();
        taken.sort_by_key(|sample| sample.time);
        for sample in taken {
            self.newest = sample.time;
            // Some drivers hand out rubbish now and then.
            if self.asked && sample.sm <= 100 {
                self.shares.insert(sample.pid, (sample.sm, now));
            }
        }
        self.asked = true;
    }

    /// Who has no sample did nothing.
    fn tell(&self, processes: &mut [Process], now: Instant) {
        for process in processes {
            let speaking = |(_, came): &&(u32, Instant)| now.saturating_duration_since(*came) < SPEAKS_FOR;
            let share = self.shares.get(&process.pid).filter(speaking).map_or(0, |(share, _)| *share);
            process.set(ProcessMetric::SmUtilization, |process| &mut process.sm_utilization, Ok(share));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(samples: &Samples, now: Instant) -> Vec<u32> {
        let mut processes = [7, 8].map(|pid| Process { pid, ..Process::default() });
        samples.tell(&mut processes, now);
        processes.iter().filter_map(|process| process.sm_utilization).collect()
    }

    fn sample(pid: u32, time: u64, sm: u32) -> Sample {
        Sample { pid, time, sm }
    }

    #[test]
    fn the_newest_good_sample_speaks_for_a_while() {
        let (mut samples, start) = (Samples::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        samples.add(&[sample(7, 100, 99)], at(0));
        assert_eq!(told(&samples, at(0)), [0, 0], "of unknown age");
        samples.add(&[sample(7, 300, 40), sample(7, 200, 30), sample(8, 250, 4_000_000)], at(100));
        assert_eq!(told(&samples, at(100)), [40, 0]);
        samples.add(&[sample(7, 300, 40)], at(1100));
        assert_eq!(told(&samples, at(1100)), [40, 0]);
        samples.add(&[], at(1700));
        assert_eq!(told(&samples, at(1700)), [0, 0]);
    }
}
