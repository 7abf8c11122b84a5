//! What is wrong with a GPU's hardware; nothing where nothing is. Pure.

use super::{
    format,
    shown::{Shown, Tone},
};
use crate::telemetry::{Gpu, RecoveryAction};

/// "▲ 3 uncorrected ECC errors · Driver asks for: GPU reset"
pub(super) fn health(gpu: &Gpu) -> Shown {
    let mut words = Vec::new();
    if gpu.remapping_failed == Some(true) {
        words.push("Row remapping failed: replace the card (RMA)".to_owned());
    }
    if let Some(errors) = gpu.ecc_uncorrected.filter(|errors| *errors > 0) {
        words.push(counted(errors, "uncorrected ECC error"));
    }
    let broken = !words.is_empty();
    if gpu.remapping_pending == Some(true) {
        words.push("Reset needed to remap rows".to_owned());
    }
    words.extend(gpu.recovery_action.and_then(wish).map(|wish| ["Driver asks for: ", wish].concat()));
    if words.is_empty() {
        return Shown::default();
    }
    Shown {
        tone: if broken { Tone::Bad } else { Tone::Warn },
        note: Some(calm(gpu).join("\n")).filter(|note| !note.is_empty()),
        ..Shown::text(["▲ ", &words.join(" · ")].concat())
    }
}

/// What the driver asks for, in words; `None` where that is nothing.
pub(super) const fn wish(action: RecoveryAction) -> Option<&'static str> {
    match action {
        RecoveryAction::None => None,
        RecoveryAction::Reset => Some("GPU reset"),
        RecoveryAction::Reboot => Some("reboot of the machine"),
        RecoveryAction::DrainP2p => Some("end of its traffic to other GPUs, then reset"),
        RecoveryAction::DrainAndReset => Some("end of what runs on it, then reset"),
        RecoveryAction::Other => Some("something that this version does not know"),
    }
}

/// What hardware repairs by itself: no alarm, and found by whoever points at it.
pub(super) fn calm(gpu: &Gpu) -> Vec<String> {
    let counts = [
        (gpu.ecc_corrected, "corrected ECC error"),
        (gpu.remapped_rows.map(u64::from), "remapped memory row"),
        (gpu.pcie_replays.map(u64::from), "PCIe replay"),
    ];
    counts
        .into_iter()
        .filter_map(|(number, thing)| number.filter(|n| *n > 0).map(|n| counted(n, thing)))
        .collect()
}

fn counted(number: u64, thing: &str) -> String {
    format::count(usize::try_from(number).unwrap_or(usize::MAX), thing)
}

/// % from which a GPU counts as under load. Drivers lower an idle link to save
/// power and raise it when work comes: below this a slow link says nothing.
const LOAD: u32 = 50;
/// The performance states of work, P0 to P2 (compute work runs in P2 on GeForce):
/// a decoder may keep a GPU half busy in a saving state, with a slow link.
const AT_WORK: u32 = 2;

/// "▲ PCIe gen 3 x8 of gen 5 x16", where the link of a GPU under load is below what
/// GPU and slot could do.
pub(super) fn link(gpu: &Gpu) -> Shown {
    let busy = gpu.utilization.is_some_and(|percent| percent >= LOAD)
        && gpu.performance_state.is_none_or(|state| state <= AT_WORK);
    let below = |now: Option<u32>, most: Option<u32>| now.zip(most).filter(|(now, most)| busy && now < most);
    let (mut now, mut best) = (String::new(), String::new());
    let mut put = |pair: Option<(u32, u32)>, name: &str| {
        if let Some((is, most)) = pair {
            for (text, number) in [(&mut now, is), (&mut best, most)] {
                text.push(' ');
                text.push_str(name);
                text.push_str(&number.to_string());
            }
        }
    };
    put(below(gpu.pcie_generation, gpu.pcie_generation_max), "gen\u{202f}");
    put(below(gpu.pcie_width, gpu.pcie_width_max), "x");
    if now.is_empty() {
        return Shown::default();
    }
    Shown {
        tone: Tone::Warn,
        note: Some("of what GPU and slot can do; judged under load only".to_owned()),
        ..Shown::text(["▲ PCIe", &now, " of", &best].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::format::THIN;

    #[test]
    fn a_sound_gpu_needs_no_words() {
        let gpu = Gpu {
            ecc_corrected: Some(12),
            ecc_uncorrected: Some(0),
            remapped_rows: Some(1),
            remapping_pending: Some(false),
            remapping_failed: Some(false),
            recovery_action: Some(RecoveryAction::None),
            ..Gpu::default()
        };
        assert_eq!(health(&gpu), Shown::default());
        assert_eq!(health(&Gpu::default()), Shown::default());
        let calm: Vec<String> = calm(&gpu).iter().map(|line| line.replace('\u{a0}', " ")).collect();
        assert_eq!(calm, ["12 corrected ECC errors", "1 remapped memory row"]);
    }

    #[test]
    fn trouble_is_said_the_worst_first() {
        let gpu = Gpu {
            remapping_pending: Some(true),
            recovery_action: Some(RecoveryAction::Reset),
            ..Gpu::default()
        };
        let shown = health(&gpu);
        assert_eq!(shown.text, "▲ Reset needed to remap rows · Driver asks for: GPU reset");
        assert_eq!(shown.tone, Tone::Warn);
        let gpu =
            Gpu { ecc_uncorrected: Some(3), remapping_failed: Some(true), ecc_corrected: Some(1), ..gpu };
        let shown = health(&gpu);
        assert!(
            shown.text.starts_with("▲ Row remapping failed: replace the card (RMA) · 3\u{a0}uncorrected")
        );
        assert_eq!(shown.tone, Tone::Bad);
        assert_eq!(shown.note.unwrap(), "1\u{a0}corrected ECC error");
    }

    fn linked(generation: (u32, u32), width: (u32, u32)) -> Gpu {
        Gpu {
            utilization: Some(97),
            performance_state: Some(0),
            pcie_generation: Some(generation.0),
            pcie_generation_max: Some(generation.1),
            pcie_width: Some(width.0),
            pcie_width_max: Some(width.1),
            ..Gpu::default()
        }
    }

    #[test]
    fn a_link_below_its_best_is_worth_a_look() {
        for (generation, width, words) in [
            ((5, 5), (16, 16), ""),
            ((5, 5), (8, 16), "▲ PCIe x8 of x16"),
            ((3, 5), (16, 16), "▲ PCIe gen 3 of gen 5"),
            ((3, 5), (8, 16), "▲ PCIe gen 3 x8 of gen 5 x16"),
        ] {
            assert_eq!(link(&linked(generation, width)).text.replace(THIN, " "), words);
        }
    }

    #[test]
    fn an_idle_or_unknown_link_is_not_judged() {
        let slow = linked((1, 5), (8, 16));
        assert!(!link(&slow).text.is_empty());
        for gpu in [
            Gpu { utilization: Some(49), ..slow.clone() },
            Gpu { utilization: None, ..slow.clone() },
            Gpu { performance_state: Some(5), ..slow.clone() },
            Gpu { pcie_generation_max: None, pcie_width: None, ..slow.clone() },
        ] {
            assert_eq!(link(&gpu), Shown::default());
        }
        assert!(!link(&Gpu { performance_state: None, ..slow }).text.is_empty());
    }
}
