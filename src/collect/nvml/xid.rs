//! What the driver's numbers of errors mean, after NVIDIA's public catalogue.

use std::time::Duration;

use self::Advice::{
    Contained, Corrected, Driver, Hardware, Information, Link, Power, Program, Recovery, Replaced, Reset,
    Restart, Support,
};

/// Whose fault an error usually is, and what to do.
#[derive(Clone, Copy)]
enum Advice {
    Program,
    Restart,
    Contained,
    Corrected,
    Reset,
    Hardware,
    Link,
    Power,
    Driver,
    Support,
    Replaced,
    Recovery,
    Information,
}

impl Advice {
    const fn text(self) -> &'static str {
        match self {
            Program => "usually the application's fault; see its own log",
            Restart => "follows another error or the end of a program; restart the application if it stopped",
            Contained => {
                "ended the programs that used this memory; restart them, and reset the GPU once it is free"
            }
            Corrected => "without effect; reset the GPU once it is free",
            Reset => "end what runs on the GPU and reset it; if it comes back, have the hardware checked",
            Hardware => {
                "a hardware error; take the GPU out of use, reset it, and have it checked if it comes back"
            }
            Link => {
                "an error between GPUs; reset them, and check cables, bridges and switches if it comes back"
            }
            Power => "check the GPU's seating, power and cooling, then reboot",
            Driver => "reset the GPU or reboot; if it comes back, update the driver",
            Support => "reset the GPU or reboot; if it comes back, ask the maker's support",
            Replaced => "takes effect at the next reset of the GPU; nothing to do at once",
            Recovery => "see what the driver advises for this GPU",
            Information => "nothing to do at once",
        }
    }
}

/// Number, meaning, advice. The catalogue has more: those that no driver in use
/// reports, and those that are about displays, are left out.
const KNOWN: &[(u32, &str, Advice)] = &[
    (8, "GPU stopped processing", Restart),
    (11, "invalid or corrupted push buffer", Program),
    (13, "graphics engine exception", Program),
    (16, "display engine hung", Driver),
    (18, "bus mastering switched off", Power),
    (25, "invalid or illegal push buffer", Program),
    (31, "GPU memory page fault", Program),
    (32, "commands corrupted on their way to the GPU", Power),
    (38, "driver firmware error", Driver),
    (42, "video processor exception", Program),
    (43, "GPU stopped processing", Program),
    (44, "graphics engine fault during a context switch", Driver),
    (45, "channels cleaned up after an error", Restart),
    (46, "GPU stopped processing", Reset),
    (48, "uncorrectable ECC error", Hardware),
    (54, "auxiliary power not connected", Power),
    (56, "display engine error", Driver),
    (57, "memory interface could not be programmed", Hardware),
    (58, "memory interface unstable", Hardware),
    (60, "video processor exception", Program),
    (61, "internal microcontroller warning", Reset),
    (62, "internal microcontroller halted", Reset),
    (63, "memory page retired or row remapped", Replaced),
    (64, "memory page or row could not be replaced", Hardware),
    (65, "video processor exception", Program),
    (66, "illegal access by the driver", Driver),
    (67, "illegal access by the driver", Driver),
    (68, "video decoder exception", Program),
    (69, "graphics engine class error", Program),
    (70, "copy engine error", Support),
    (74, "NVLink error", Link),
    (78, "virtual GPU could not start", Driver),
    (79, "GPU has fallen off the bus", Power),
    (80, "corrupted data sent to the GPU", Power),
    (92, "high rate of corrected ECC errors", Information),
    (93, "InfoROM written too often", Information),
    (94, "contained ECC error", Contained),
    (95, "uncontained ECC error", Hardware),
    (109, "context switch timed out", Reset),
    (110, "security fault", Support),
    (119, "GPU's system processor timed out", Driver),
    (120, "error of the GPU's system processor", Driver),
    (121, "corrected error of the link between processor and GPU", Corrected),
    (122, "controller could not read its flash memory", Support),
    (123, "controller could not write its flash memory", Support),
    (124, "controller could not erase its flash memory", Support),
    (125, "InfoROM file system failed", Support),
    (136, "link training failed", Link),
    (137, "illegal memory access over NVLink", Program),
    (140, "unrecovered ECC error", Hardware),
    (143, "GPU initialization failed", Reset),
    (144, "NVLink error", Link),
    (145, "NVLink error", Link),
    (146, "NVLink error", Link),
    (147, "NVLink error", Link),
    (148, "NVLink error", Link),
    (149, "NVLink error", Link),
    (150, "NVLink error", Link),
    (154, "advised recovery changed", Recovery),
    (155, "NVLink error, by software", Link),
    (156, "memory or unit retired", Replaced),
    (157, "memory or unit could not be retired", Hardware),
    (158, "fatal timeout of the GPU", Reset),
    (160, "memory channel retired", Replaced),
    (161, "memory channel could not be retired", Hardware),
];

/// One sentence about an error that came so often within so long.
pub(super) fn text(number: u32, times: u32, span: Duration) -> String {
    let often = if times > 1 {
        format!(", {times} times in {} s", span.as_millis().div_ceil(1000).max(1))
    } else {
        String::new()
    };
    match KNOWN.iter().find(|(known, ..)| *known == number) {
        Some((_, meaning, advice)) => format!("XID {number} ({meaning}){often}: {}", advice.text()),
        None => format!("XID {number}{often}: no description known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(number: u32) -> String {
        text(number, 1, Duration::ZERO)
    }

    #[test]
    fn the_applications_errors_are_told_from_the_hardwares() {
        for number in [13, 31, 43, 68, 69, 137] {
            assert!(once(number).contains("usually the application's fault"), "{number}");
        }
        for number in [48, 64, 74, 79, 95, 140] {
            assert!(!once(number).contains("application"), "{number}");
        }
        assert!(once(48).contains("hardware error"));
        assert!(once(79).starts_with("XID 79 (GPU has fallen off the bus): check the GPU's seating"));
    }

    #[test]
    fn repeats_are_counted() {
        assert!(text(13, 250, Duration::from_millis(999)).contains("exception), 250 times in 1 s: "));
        assert!(text(13, 2, Duration::from_millis(1001)).contains(", 2 times in 2 s"));
        assert_eq!(text(9999, 3, Duration::ZERO), "XID 9999, 3 times in 1 s: no description known");
    }

    #[test]
    fn each_number_is_described_once() {
        assert!(KNOWN.is_sorted_by(|(one, ..), (other, ..)| one < other));
    }
}
