//! What is not told of the processes of others.

mod names;
pub(in crate::collect) mod secrets;
mod shapes;

use crate::telemetry::{Gpu, Process, ProcessMetric, Provider, Reason};

/// How much of a process is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProcessDetails {
    /// Name, command line, user and container.
    #[default]
    Full,
    /// The name.
    Name,
    /// Neither. The process is still listed, with its number and its memory.
    None,
}

/// What the operator wants to be kept from readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discretion {
    /// How much of a process is told.
    pub details: ProcessDetails,
    /// Whether passwords and the like within command lines are.
    pub mask_secrets: bool,
}

impl Default for Discretion {
    fn default() -> Self {
        Self { details: ProcessDetails::Full, mask_secrets: true }
    }
}

impl Discretion {
    /// Takes from the processes what is not to be told. Command lines that were read here are
    /// masked where they are read; `provider` tells whether others may be among them.
    pub(super) fn apply(self, gpus: &mut [Gpu], provider: Option<Provider>) {
        let all = gpus.iter_mut().flat_map(|gpu| &mut gpu.processes);
        if self.details == ProcessDetails::Full {
            // NVML tells no command lines.
            if self.mask_secrets && provider != Some(Provider::Nvml) {
                mask(all);
            }
            return;
        }
        for process in all {
            let hidden = || Err(Reason::Hidden);
            process.container = None;
            process.set(ProcessMetric::Command, |process| &mut process.command, hidden());
            process.set(ProcessMetric::User, |process| &mut process.user, hidden());
            if self.details == ProcessDetails::None {
                process.set(ProcessMetric::Name, |process| &mut process.name, hidden());
            }
        }
    }
}

/// Some sources put arguments behind the name as well.
fn mask<'a>(processes: impl Iterator<Item = &'a mut Process>) {
    for text in processes.flat_map(|process| [&mut process.command, &mut process.name]).flatten() {
        if let Some(masked) = secrets::masked(text) {
            *text = masked;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(details: ProcessDetails, mask_secrets: bool, provider: Provider) -> Process {
        let process = Process {
            pid: 7,
            name: Some("python".into()),
            used_memory: Some(5.0),
            command: Some("python x.py --token abc".into()),
            user: Some("ada".into()),
            container: Some("web".into()),
            ..Process::default()
        };
        let mut gpus = [Gpu { processes: vec![process], ..Gpu::default() }];
        Discretion { details, mask_secrets }.apply(&mut gpus, Some(provider));
        gpus[0].processes.remove(0)
    }

    #[test]
    fn what_is_hidden_has_a_reason_and_memory_stays() {
        let process = told(ProcessDetails::Name, true, Provider::Nvml);
        assert_eq!((process.name.as_deref(), process.used_memory), (Some("python"), Some(5.0)));
        assert_eq!((process.command, process.user, process.container), (None, None, None));
        assert_eq!(process.unavailable[&ProcessMetric::User], Reason::Hidden);
        assert_eq!(process.unavailable.get(&ProcessMetric::Name), None);
        let process = told(ProcessDetails::None, true, Provider::Nvml);
        assert_eq!((process.name, process.command, process.used_memory), (None, None, Some(5.0)));
        assert_eq!(process.unavailable[&ProcessMetric::Name], Reason::Hidden);
    }

    #[test]
    fn what_a_source_tells_is_masked_unless_it_is_not_wanted() {
        let command = |mask, provider| told(ProcessDetails::Full, mask, provider).command.unwrap();
        assert_eq!(command(true, Provider::Nvtop), "python x.py --token ***");
        assert_eq!(command(false, Provider::Nvtop), "python x.py --token abc");
    }
}
