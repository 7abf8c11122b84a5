//! Who holds the memory of a GPU. Pure.

use crate::telemetry::{Gpu, Metric, ProcessMetric, Reason};

/// Who holds a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A user, by login name, with the number of the colour that is theirs on the whole page.
    User {
        /// Login name.
        name: String,
        /// Counts from 0.
        colour: usize,
    },
    /// Processes whose user is not known.
    Nameless,
    /// Processes whose user is not told.
    Hidden,
    /// Nobody that is listed.
    Unattributed,
}

/// A part of the memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Who holds it.
    pub owner: Owner,
    /// MiB.
    pub mib: f64,
    /// Where it starts, in % of the memory in all.
    pub start: f64,
    /// How long it is, in % of the memory in all.
    pub length: f64,
}

/// The parts in use, from the left; what remains is free. Empty where the
/// memory is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger(pub Vec<Segment>);

/// MiB below which nobody asks whose they are.
const DUST: f64 = 8.0;

/// Gives each user of these GPUs a number, once and for good.
pub(super) fn enlist(owners: &mut Vec<String>, gpus: &[Gpu]) {
    for user in gpus.iter().flat_map(|gpu| &gpu.processes).filter_map(|process| process.user.as_ref()) {
        if !owners.contains(user) {
            owners.push(user.clone());
        }
    }
}

impl Ledger {
    /// The ledger of one GPU; `owners` is the page's list of users.
    #[must_use]
    pub fn of(gpu: &Gpu, owners: &[String]) -> Self {
        let (Some(used), Some(total)) = (gpu.memory_used, gpu.memory_total) else {
            return Self::default();
        };
        // Nobody looked whose it was.
        if gpu.unavailable.get(&Metric::Processes) == Some(&Reason::NotKept) {
            return Self::default();
        }
        // One more for processes without a user, who come last.
        let mut sums = vec![0.0; owners.len() + 1];
        for process in &gpu.processes {
            let place = process.user.as_ref().and_then(|user| owners.iter().position(|owner| owner == user));
            sums[place.unwrap_or(owners.len())] += process.used_memory.unwrap_or_default();
        }
        let explained: f64 = sums.iter().sum();
        let hidden = gpu.processes.iter().any(|process| process.hides(ProcessMetric::User));
        let mut parts: Vec<(Owner, f64)> = sums
            .into_iter()
            .enumerate()
            .map(|(colour, mib)| match owners.get(colour) {
                Some(name) => (Owner::User { name: name.clone(), colour }, mib),
                None => (if hidden { Owner::Hidden } else { Owner::Nameless }, mib),
            })
            .filter(|(_, mib)| *mib > 0.0)
            .collect();
        if used - explained >= DUST {
            parts.push((Owner::Unattributed, used - explained));
        }
        let mut start = 0.0;
        let segments = parts.into_iter().filter_map(|(owner, mib)| {
            // Readings of memory and of processes are not of the same instant:
            // their sum may reach past the end, the bar does not.
            let length = (mib / total * 100.0).min(100.0 - start);
            let segment = Segment { owner, mib, start, length };
            start += length;
            (length > 0.0).then_some(segment)
        });
        Self(segments.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Process;

    fn process(user: Option<&str>, mib: Option<f64>) -> Process {
        Process { user: user.map(Into::into), used_memory: mib, ..Process::default() }
    }

    fn gpu(used: f64, processes: Vec<Process>) -> Gpu {
        Gpu { memory_used: Some(used), memory_total: Some(1000.0), processes, ..Gpu::default() }
    }

    fn ledger(gpu: &Gpu) -> Vec<Segment> {
        let mut owners = Vec::new();
        enlist(&mut owners, std::slice::from_ref(gpu));
        Ledger::of(gpu, &owners).0
    }

    #[test]
    fn a_user_has_one_segment_and_the_rest_is_unattributed() {
        let bar = ledger(&gpu(
            800.0,
            vec![
                process(Some("ann"), Some(300.0)),
                process(None, Some(50.0)),
                process(Some("ann"), Some(200.0)),
            ],
        ));
        let ann = Owner::User { name: "ann".into(), colour: 0 };
        assert_eq!(
            bar.iter().map(|s| s.owner.clone()).collect::<Vec<_>>(),
            [ann, Owner::Nameless, Owner::Unattributed]
        );
        assert_eq!(
            bar.iter().map(|s| (s.start, s.length)).collect::<Vec<_>>(),
            [(0.0, 50.0), (50.0, 5.0), (55.0, 25.0)]
        );
    }

    #[test]
    fn memory_of_hidden_users_still_adds_up() {
        let mut hidden = process(None, Some(300.0));
        hidden.set(ProcessMetric::User, |process| &mut process.user, Err(Reason::Hidden));
        let bar = ledger(&gpu(800.0, vec![hidden.clone(), hidden]));
        let parts: Vec<_> = bar.iter().map(|part| (&part.owner, part.mib)).collect();
        assert_eq!(parts, [(&Owner::Hidden, 600.0), (&Owner::Unattributed, 200.0)]);
    }

    #[test]
    fn memory_of_unknown_size_is_unattributed() {
        let bar = ledger(&gpu(400.0, vec![process(Some("ann"), None)]));
        assert_eq!(bar.len(), 1);
        assert_eq!((&bar[0].owner, bar[0].mib), (&Owner::Unattributed, 400.0));
    }

    #[test]
    fn more_than_there_is_ends_at_the_end() {
        let bar =
            ledger(&gpu(990.0, vec![process(Some("ann"), Some(900.0)), process(Some("bob"), Some(400.0))]));
        assert!((bar[1].start + bar[1].length - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_user_keeps_the_colour() {
        let mut owners = vec!["bob".to_owned()];
        let gpu = gpu(100.0, vec![process(Some("ann"), Some(10.0)), process(Some("bob"), Some(90.0))]);
        enlist(&mut owners, std::slice::from_ref(&gpu));
        let colours: Vec<_> = Ledger::of(&gpu, &owners).0.into_iter().map(|s| s.owner).collect();
        assert_eq!(
            colours,
            [Owner::User { name: "bob".into(), colour: 0 }, Owner::User { name: "ann".into(), colour: 1 }]
        );
    }

    #[test]
    fn an_instant_without_processes_has_no_bar() {
        let mut unknown = gpu(500.0, Vec::new());
        unknown.unavailable.insert(Metric::Processes, Reason::NotKept);
        assert_eq!(ledger(&unknown), []);
        unknown.unavailable.insert(Metric::Processes, Reason::NoPermission);
        assert_eq!(ledger(&unknown).len(), 1);
    }

    #[test]
    fn without_figures_there_is_no_bar() {
        assert!(ledger(&Gpu::default()).is_empty());
    }
}
