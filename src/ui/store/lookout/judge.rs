//! Whether what a reader waits for has come to pass. Pure.

use super::{Watch, Watched};
use crate::telemetry::{Gpu, GpuState, Metric, Reason, Snapshot};

/// Milliseconds, by the samples' own time, for which a GPU must have been free.
const FREE_MS: u64 = 120_000;

/// Whether it has. `broken`: between this sample and the one before there may have been
/// others that nobody here saw.
pub(super) fn came(watch: &mut Watch, snapshot: &Snapshot, broken: bool) -> bool {
    let broken = broken || watch.unknown.is_some();
    let gpu = snapshot.gpus.iter().find(|gpu| gpu.key() == watch.key);
    let came = gpu.ok_or(Reason::Error).and_then(|gpu| {
        watch.gpu = gpu.id;
        match &mut watch.process {
            None => is_free(gpu, snapshot),
            Some(process) => has_ended(process, gpu, broken),
        }
    });
    watch.unknown = came.err();
    came == Ok(true)
}

/// Why it cannot be told whether the GPU is free; `None` where it can.
pub(crate) fn unknown(gpu: &Gpu) -> Option<Reason> {
    let reasons = &gpu.unavailable;
    let why = reasons.get(&Metric::Processes).or(reasons.get(&Metric::Utilization));
    // What sleeps is free.
    why.copied().filter(|_| gpu.state != GpuState::Asleep)
}

/// Whether it has been free for two minutes, as the server saw it, without a gap.
fn is_free(gpu: &Gpu, snapshot: &Snapshot) -> Result<bool, Reason> {
    if let Some(reason) = unknown(gpu) {
        return Err(reason);
    }
    let Some(since) = gpu.free_since else { return Ok(false) };
    let since = since.max(snapshot.continuous_since).millis();
    Ok(snapshot.timestamp.millis().saturating_sub(since) >= FREE_MS)
}

/// Whether the GPU can be read and the process is not on it any more.
fn has_ended(process: &mut Watched, gpu: &Gpu, broken: bool) -> Result<bool, Reason> {
    if let Some(reason) = gpu.unavailable.get(&Metric::Processes) {
        return Err(*reason);
    }
    if gpu.state != GpuState::Ok {
        return Err(Reason::Error);
    }
    let Some(found) = gpu.processes.iter().find(|other| other.pid == process.pid) else { return Ok(true) };
    // Programs rewrite their names, so another one says something only where the process
    // was out of sight: then the number may have been given to somebody else.
    if broken
        && let (Some(name), Some(before)) = (&found.name, &process.name)
        && name != before
    {
        return Ok(true);
    }
    if found.name.is_some() {
        process.name.clone_from(&found.name);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Process, Timestamp};

    const START: u64 = 1_767_225_600_000;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(START + 1000 * seconds)
    }

    fn free() -> Watch {
        Watch { key: "G".into(), gpu: 0, process: None, unknown: None }
    }

    fn end_of(name: &str) -> Watch {
        let process = Watched { pid: 7, name: Some(name.into()), words: "PID 7".into() };
        Watch { process: Some(process), ..free() }
    }

    fn gpu() -> Gpu {
        Gpu { uuid: Some("G".into()), utilization: Some(0), free_since: Some(at(0)), ..Gpu::default() }
    }

    fn running(name: Option<&str>) -> Gpu {
        let process = Process { pid: 7, name: name.map(Into::into), ..Process::default() };
        Gpu { processes: vec![process], ..gpu() }
    }

    fn lost() -> Gpu {
        let mut gpu = running(Some("python"));
        gpu.state = GpuState::Lost;
        gpu.clear(Reason::Lost);
        gpu
    }

    fn sample(seconds: u64, gpu: Gpu) -> Snapshot {
        Snapshot { timestamp: at(seconds), gpus: vec![gpu], ..Snapshot::default() }
    }

    #[test]
    fn a_gpu_is_free_after_exactly_two_minutes() {
        assert!(!came(&mut free(), &sample(119, gpu()), false));
        assert!(came(&mut free(), &sample(120, gpu()), false));
        let busy = Gpu { free_since: None, ..gpu() };
        assert!(!came(&mut free(), &sample(500, busy), false));
    }

    #[test]
    fn a_gap_in_the_samples_begins_the_two_minutes_anew() {
        let after_gap = |seconds| Snapshot { continuous_since: at(60), ..sample(seconds, gpu()) };
        assert!(!came(&mut free(), &after_gap(179), false));
        assert!(came(&mut free(), &after_gap(180), false));
    }

    #[test]
    fn what_cannot_be_read_is_not_free_and_says_why() {
        let mut silent = gpu();
        silent.unavailable.insert(Metric::Processes, Reason::NoPermission);
        let mut split = gpu();
        split.set(Metric::Utilization, |gpu| &mut gpu.utilization, Err(Reason::HiddenByMig));
        for (gpu, reason) in
            [(silent, Reason::NoPermission), (split, Reason::HiddenByMig), (lost(), Reason::Lost)]
        {
            let mut watch = free();
            assert!(!came(&mut watch, &sample(500, gpu), false));
            assert_eq!(watch.unknown, Some(reason));
        }
        let mut watch = free();
        assert!(!came(&mut watch, &Snapshot::default(), false), "nobody knows the GPU");
        assert_eq!(watch.unknown, Some(Reason::Error));
    }

    #[test]
    fn what_sleeps_is_free() {
        let mut asleep = Gpu { state: GpuState::Asleep, ..gpu() };
        asleep.clear(Reason::Asleep);
        assert!(came(&mut free(), &sample(120, asleep), false));
    }

    #[test]
    fn a_process_has_ended_when_a_readable_list_is_without_it() {
        let mut watch = end_of("python");
        assert!(!came(&mut watch, &sample(1, running(Some("python"))), false));
        assert!(came(&mut watch, &sample(2, gpu()), false));
    }

    #[test]
    fn a_lost_gpu_or_an_unread_list_ends_nothing() {
        let mut watch = end_of("python");
        assert!(!came(&mut watch, &sample(1, lost()), false));
        assert_eq!(watch.unknown, Some(Reason::Lost));
        let mut unread = gpu();
        unread.unavailable.insert(Metric::Processes, Reason::Timeout);
        assert!(!came(&mut watch, &sample(2, unread), false));
        assert_eq!(watch.unknown, Some(Reason::Timeout));
        assert!(!came(&mut watch, &Snapshot::default(), false));
        assert!(!came(&mut watch, &sample(3, running(Some("python"))), false), "it is still there");
        assert_eq!(watch.unknown, None);
    }

    #[test]
    fn a_number_that_was_given_to_another_process_is_an_end() {
        assert!(came(&mut end_of("python"), &sample(1, running(Some("bash"))), true));
        let mut watch = end_of("python");
        assert!(!came(&mut watch, &sample(1, lost()), false));
        assert!(came(&mut watch, &sample(2, running(Some("bash"))), false), "while the GPU was lost");
    }

    #[test]
    fn a_process_may_rename_itself_or_lose_its_name() {
        let mut watch = end_of("python");
        assert!(!came(&mut watch, &sample(1, running(Some("ray::train"))), false));
        assert!(!came(&mut watch, &sample(2, running(None)), false));
        assert!(!came(&mut watch, &sample(3, running(Some("ray::train"))), true));
    }
}
