//! One nvidia-smi for each GPU.
//!
//! A GPU that the driver cannot open keeps nvidia-smi from listing all the others.
//! Asked for one GPU at a time it lists those, at their full rate, and says of the
//! bad one what is wrong with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{failure::Failure, finish, listing, orders, text, watch::Watch};
use crate::{
    collect::{retry::Retry, source::SourceError},
    telemetry::{Gpu, GpuState, Metric, Reason},
};

/// How many GPUs are looked for beyond those that are known.
const WAVE: u32 = 4;
/// Most GPUs of a machine.
const MOST: u32 = 64;
/// How long a GPU is shown as it last was while its own nvidia-smi starts.
const BELIEVED: Duration = Duration::from_secs(5);
/// How long a GPU may take for its first listing.
const FIRST: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Apart {
    program: PathBuf,
    interval: Duration,
    singles: BTreeMap<u32, Single>,
    /// The lowest index that no GPU has.
    end: Option<u32>,
    /// One that tries to list them all again.
    whole: Option<Watch<Vec<Gpu>>>,
    whole_retry: Retry,
}

#[derive(Debug)]
struct Single {
    state: State,
    retry: Retry,
    /// As it was last listed, if it ever was.
    known: Option<(Gpu, Instant)>,
    /// As it is shown since it could not be listed, while that is tried again too.
    fallen: Option<Gpu>,
}

#[derive(Debug)]
enum State {
    Watched(Watch<Vec<Gpu>>),
    Down(Failure),
}

impl Apart {
    /// Of GPUs that were listed as these, if any were.
    pub(super) fn start(program: PathBuf, interval: Duration, known: &[Gpu], now: Instant) -> Self {
        let mut apart = Self {
            program,
            interval,
            singles: BTreeMap::new(),
            end: None,
            whole: None,
            whole_retry: Retry::default(),
        };
        apart.whole_retry.tried(now);
        apart.look_for(known.iter().map(|gpu| gpu.id + 1).max().unwrap_or(0) + WAVE, now);
        for gpu in known {
            if let Some(single) = apart.singles.get_mut(&gpu.id) {
                single.known = Some((gpu.clone(), now));
            }
        }
        apart
    }

    /// Starts with all indices below this one that are not asked for yet.
    fn look_for(&mut self, end: u32, now: Instant) {
        for index in self.next_index()..end.min(MOST) {
            let mut single =
                Single { state: self.watch(index), retry: Retry::default(), known: None, fallen: None };
            single.retry.tried(now);
            self.singles.insert(index, single);
        }
    }

    fn next_index(&self) -> u32 {
        self.singles.last_key_value().map_or(0, |(index, _)| index + 1)
    }

    fn watch(&self, index: u32) -> State {
        let order = orders::one(&self.program, index, self.interval);
        Watch::start(order, listing::reader()).map_or_else(State::Down, State::Watched)
    }

    /// Whether some GPU has not said anything yet.
    pub(super) fn is_waiting(&self) -> bool {
        self.end.is_none()
            || self.singles.values().any(|single| {
                matches!(&single.state, State::Watched(watch) if watch.waits(Instant::now()).is_some())
            })
    }

    /// All GPUs. Fails when none can be listed.
    pub(super) fn read(&mut self, now: Instant) -> Result<Vec<Gpu>, SourceError> {
        let mut gpus = Vec::new();
        let mut failure = None;
        // A wrapper may list the same for any index.
        let mut seen = BTreeSet::new();
        let indices: Vec<u32> = self.singles.keys().copied().collect();
        for index in indices {
            self.retry(index, now);
            let Some(single) = self.singles.get_mut(&index) else { continue };
            let no_gpu = single.no_gpu(index, now);
            let identity = single.identity(now);
            let again = identity.as_ref().is_some_and(|identity| seen.contains(identity));
            seen.extend(identity);
            if no_gpu || again {
                self.singles.remove(&index);
                self.end = Some(self.end.map_or(index, |end| end.min(index)));
                continue;
            }
            gpus.extend(single.gpu(index, now));
            if let State::Down(down) = &single.state {
                failure = failure.or_else(|| Some(down.explain()));
            }
        }
        if self.end.is_none() && self.next_index() < MOST && self.is_full() {
            self.look_for(self.next_index() + WAVE, now);
        }
        let none = gpus.iter().all(|gpu| gpu.state != GpuState::Ok);
        match failure {
            Some(failure) if none && !self.is_waiting() => Err(failure),
            _ => Ok(gpus),
        }
    }

    fn retry(&mut self, index: u32, now: Instant) {
        let due = self
            .singles
            .get(&index)
            .is_some_and(|single| matches!(single.state, State::Down(_)) && single.retry.is_due(now));
        if due {
            let state = self.watch(index);
            if let Some(single) = self.singles.get_mut(&index) {
                single.retry.tried(now);
                single.state = state;
            }
        }
    }

    /// Whether the highest index that was asked for is a GPU's.
    fn is_full(&self) -> bool {
        self.singles.last_key_value().is_some_and(|(_, single)| match &single.state {
            State::Watched(_) => single.known.is_some(),
            State::Down(failure) => failure.handle_refused().is_some(),
        })
    }

    /// The one that lists all GPUs, if that has become possible again. It is tried
    /// once none is down.
    pub(super) fn whole(&mut self, now: Instant) -> Option<Watch<Vec<Gpu>>> {
        let mut whole = if let Some(whole) = self.whole.take() {
            whole
        } else {
            let down = self.singles.values().any(|single| matches!(single.state, State::Down(_)));
            if down || self.is_waiting() || !self.whole_retry.is_due(now) {
                return None;
            }
            self.whole_retry.tried(now);
            Watch::start(orders::all(&self.program, self.interval), listing::reader()).ok()?
        };
        let answers = whole.poll(now).ok()?.is_some();
        if !answers {
            self.whole = (whole.waits(now) < Some(FIRST)).then_some(whole);
            return None;
        }
        Some(whole)
    }
}

impl Single {
    /// Hears what there is to hear; whether it is that there is no such GPU.
    fn no_gpu(&mut self, index: u32, now: Instant) -> bool {
        let State::Watched(watch) = &mut self.state else { return false };
        let failure = match watch.poll(now) {
            Ok(Some(gpus)) => match own(gpus, index) {
                Some(gpu) => {
                    self.known = Some((gpu.clone(), now));
                    self.fallen = None;
                    self.retry.worked(now);
                    return false;
                }
                None => return true,
            },
            Ok(None) => match watch.waits(now) {
                Some(waited) if waited > FIRST => watch.silent(waited),
                _ => return false,
            },
            Err(failure) => failure,
        };
        let no_gpu = failure.no_gpu();
        self.state = State::Down(failure);
        no_gpu
    }

    /// Which GPU answers, or is told to be the bad one.
    fn identity(&self, now: Instant) -> Option<String> {
        match &self.state {
            State::Watched(watch) if watch.waits(now).is_none() => self.known.as_ref()?.0.uuid.clone(),
            State::Watched(_) => None,
            State::Down(failure) => failure.handle_refused().as_deref().and_then(address),
        }
    }

    /// The GPU as it is shown; `None` for one that nothing is known of yet.
    fn gpu(&mut self, index: u32, now: Instant) -> Option<Gpu> {
        if matches!(self.state, State::Watched(_)) && self.fallen.is_some() {
            return self.fallen.clone();
        }
        let mut gpu = match &self.known {
            Some((gpu, _)) => gpu.clone(),
            None => Gpu { id: index, ..Gpu::default() },
        };
        gpu.id = index;
        match &self.state {
            State::Watched(watch) => {
                let (_, at) = self.known.as_ref()?;
                let old = watch.waits(now).is_some() && now.saturating_duration_since(*at) > BELIEVED;
                if old {
                    gpu.clear(Reason::Pending);
                }
            }
            State::Down(failure) => {
                tombstone(&mut gpu, failure);
                self.fallen = Some(gpu.clone());
            }
        }
        Some(gpu)
    }
}

/// The GPU of this index in a listing of only that one, or of all where a wrapper
/// does not pass on which is asked for.
fn own(gpus: &[Gpu], index: u32) -> Option<&Gpu> {
    match gpus {
        [gpu] => Some(gpu),
        all => all.get(usize::try_from(index).ok()?),
    }
}

fn tombstone(gpu: &mut Gpu, failure: &Failure) {
    let refused = failure.handle_refused();
    if let Some(address) = refused.as_deref().and_then(address) {
        gpu.set(Metric::PciBusId, |gpu| &mut gpu.pci_bus_id, Ok(address));
    }
    let detail = refused.unwrap_or_else(|| failure.explain().reason);
    let (state, reason) = if text::trouble(&detail).is_some() {
        (GpuState::Lost, Reason::Lost)
    } else if matches!(failure, Failure::Silent(..)) {
        (GpuState::Unreadable, Reason::Timeout)
    } else {
        (GpuState::Unreadable, Reason::Error)
    };
    finish::fail(gpu, state, &detail, reason);
}

/// Of `… for GPU0000:07:00.0: Unknown Error`, as the driver's library writes it.
fn address(refused: &str) -> Option<String> {
    let place = refused.split_whitespace().find(|word| word.matches(':').count() >= 2)?;
    let place = place.trim_start_matches(|c: char| !c.is_ascii_hexdigit()).trim_end_matches(':');
    let (domain, rest) = place.split_once(':')?;
    let domain = u32::from_str_radix(domain, 16).ok()?;
    Some(format!("{domain:08X}:{}", rest.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    use crate::collect::child::Exit;

    use super::*;

    #[test]
    fn of_all_gpus_it_is_the_one_that_was_asked_for() {
        let gpus: Vec<Gpu> = (0..3).map(|id| Gpu { id, ..Gpu::default() }).collect();
        assert_eq!(own(&gpus, 2).map(|gpu| gpu.id), Some(2));
        assert_eq!(own(&gpus, 3), None);
        assert_eq!(own(&gpus[..1], 7).map(|gpu| gpu.id), Some(0), "asked for one, it lists one");
        assert_eq!(own(&[], 0), None);
    }

    #[test]
    fn a_bad_gpu_is_known_again() {
        let said = "Unable to determine the device handle for GPU0000:07:00.0: GPU is lost.";
        let exit = |out: &str| Exit {
            status: ExitStatus::from_raw(15 << 8),
            out: out.into(),
            err: Vec::new(),
            too_long: false,
        };
        let single = |out| Single {
            state: State::Down(Failure::Ended(exit(out))),
            retry: Retry::default(),
            known: None,
            fallen: None,
        };
        assert_eq!(single(said).identity(Instant::now()).as_deref(), Some("00000000:07:00.0"));
        assert_eq!(single("sorry").identity(Instant::now()), None);
    }

    #[test]
    fn the_bad_gpu_is_known_by_its_address() {
        for text in [
            "Unable to determine the device handle for GPU0000:c7:00.0: Unknown Error",
            "Unable to determine the device handle for gpu 0000:C7:00.0: GPU is lost.  Reboot the system",
            "Unable to determine the device handle for GPU 00000000:C7:00.0: GPU is lost",
        ] {
            assert_eq!(address(text).as_deref(), Some("00000000:C7:00.0"), "{text}");
        }
        assert_eq!(address("Unable to determine the device handle for it: Unknown Error"), None);
    }
}
