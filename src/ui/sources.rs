//! What there is to say about the telemetry sources. Pure.

use super::store::Machine;
use crate::telemetry::Attempt;

/// The variable that sets the source.
const FORCES: &str = "GPU_MONITOR_TELEMETRY_PROVIDER";

/// "NVML: libnvidia-ml.so.1 not found. Install the NVIDIA driver."
pub(super) fn line(attempt: &Attempt) -> String {
    let mut line = [attempt.provider.label(), ": ", attempt.reason.trim_end_matches('.'), "."].concat();
    if !attempt.hint.is_empty() {
        line.push(' ');
        line.push_str(attempt.hint.trim_end_matches('.'));
        line.push('.');
    }
    line
}

/// "NVML fails: the versions differ. Reboot."
fn failing(attempt: &Attempt) -> String {
    line(attempt).replacen(':', " fails:", 1)
}

/// What the reader must know of the sources before believing the cards; empty
/// where all is as it should be. Nobody misses what is not installed.
pub(super) fn notice(machine: &Machine) -> String {
    if machine.fleet.gpus == 0 {
        return String::new();
    }
    let sources = &machine.sources;
    let current = machine.origin.provider;
    let hanging = sources.iter().find(|attempt| Some(attempt.provider) == current);
    let failed = hanging.or(sources.iter().find(|attempt| !attempt.absent));
    match (current, failed) {
        (Some(_), None) => String::new(),
        (Some(_), Some(attempt)) if hanging.is_some() => line(attempt),
        (Some(provider), Some(attempt)) => {
            ["Reading through ", provider.label(), ", because ", &failing(attempt)].concat()
        }
        (None, failed) => {
            let why = failed.or(sources.first()).map(line).unwrap_or_default();
            ["No telemetry source answers. ", &why].concat()
        }
    }
}

/// That the operator set the source, where that is so.
pub(super) fn forced(machine: &Machine) -> Option<String> {
    machine.forced.then(|| ["set by ", FORCES, "; no other source is tried"].concat())
}

/// What else may help a reader who sees no GPU: only what no hint says already.
pub(super) fn advice(machine: &Machine) -> String {
    let told =
        machine.sources.iter().any(|attempt| attempt.hint.split('`').any(|part| part.starts_with("--gpus")));
    let container = if told { "" } else { "In a container? Start it with `--gpus all`. " };
    [container, "Just looking? Run with `--demo`."].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        telemetry::Provider,
        ui::store::{Fleet, Origin},
    };

    fn attempt(provider: Provider, reason: &str, hint: &str, absent: bool) -> Attempt {
        Attempt { provider, reason: reason.into(), hint: hint.into(), absent }
    }

    fn machine(provider: Option<Provider>, sources: Vec<Attempt>) -> Machine {
        Machine {
            fleet: Fleet { gpus: 2, ..Fleet::default() },
            origin: Origin { provider, ..Origin::default() },
            sources,
            ..Machine::default()
        }
    }

    #[test]
    fn each_source_says_why_and_what_to_do() {
        let mut missing = attempt(Provider::Nvml, "libnvidia-ml.so.1 not found", "Install the driver.", true);
        assert_eq!(line(&missing), "NVML: libnvidia-ml.so.1 not found. Install the driver.");
        missing.hint.clear();
        assert_eq!(line(&missing), "NVML: libnvidia-ml.so.1 not found.");
    }

    #[test]
    fn a_stand_in_is_named_with_the_reason_unless_the_better_one_is_not_installed() {
        let smi = Some(Provider::NvidiaSmi);
        let failing = attempt(Provider::Nvml, "the versions differ", "Reboot.", false);
        let absent = attempt(Provider::Nvml, "not found", "", true);
        assert_eq!(
            notice(&machine(smi, vec![failing.clone()])),
            "Reading through nvidia-smi, because NVML fails: the versions differ. Reboot."
        );
        assert_eq!(notice(&machine(smi, vec![absent])), "");
        assert_eq!(notice(&machine(smi, Vec::new())), "");
        let mut empty = machine(smi, vec![failing]);
        empty.fleet.gpus = 0;
        assert_eq!(notice(&empty), "", "the page without GPUs says it itself");
    }

    #[test]
    fn a_source_that_hangs_is_in_use_and_says_so() {
        let sources = vec![
            attempt(Provider::Nvml, "the versions differ", "Reboot.", false),
            attempt(Provider::NvidiaSmi, "It has not answered for 7 s", "See `dmesg`.", false),
        ];
        assert_eq!(
            notice(&machine(Some(Provider::NvidiaSmi), sources)),
            "nvidia-smi: It has not answered for 7 s. See `dmesg`."
        );
    }

    #[test]
    fn no_source_at_all_is_told_by_the_one_that_is_installed() {
        let sources = vec![
            attempt(Provider::NvidiaSmi, "not in PATH", "", true),
            attempt(Provider::Nvml, "The NVIDIA driver is not loaded", "Load it", false),
        ];
        assert_eq!(
            notice(&machine(None, sources)),
            "No telemetry source answers. NVML: The NVIDIA driver is not loaded. Load it."
        );
        assert_eq!(notice(&machine(None, Vec::new())).trim_end(), "No telemetry source answers.");
    }

    #[test]
    fn advice_repeats_no_hint() {
        let hinted = attempt(Provider::Nvml, "no", "Start the container with `--gpus all`.", true);
        assert!(advice(&machine(None, Vec::new())).contains("`--gpus all`"));
        assert_eq!(advice(&machine(None, vec![hinted])), "Just looking? Run with `--demo`.");
    }
}
