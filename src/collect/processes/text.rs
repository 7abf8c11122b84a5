//! What is shown of names and command lines. Anybody may write anything in there.

use crate::collect::privacy::secrets::{masked, masked_arguments};

/// Most characters of a command line.
const LONGEST: usize = 1024;
/// Most characters of a name. The names of files end before.
const LONGEST_NAME: usize = 256;

/// The arguments as one line, or none; without secrets if `masks`.
pub(in crate::collect) fn command(arguments: &[String], masks: bool) -> Option<String> {
    let line = if masks { masked_arguments(arguments).join(" ") } else { arguments.join(" ") };
    let line = printable(&line);
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    Some(match line.char_indices().nth(LONGEST) {
        Some((end, _)) => line[..end].into(),
        None => line.into(),
    })
}

/// The program's file name as it was called. Frameworks rename their threads, so
/// the kernel's name is used only where there is no other: of kernel threads and
/// zombies, and where the program wrote a sentence or a whole command line over its arguments.
/// `None` where neither says anything.
pub(in crate::collect) fn name(arguments: &[String], kernel_name: &str) -> Option<String> {
    let called = arguments.first().map_or("", String::as_str);
    let file = called.rsplit('/').next().unwrap_or(called).trim_start_matches('-');
    let sentence = called.contains(": ") || called.contains(" -") || called.ends_with(':');
    let file = short(if sentence { "" } else { file });
    file.or_else(|| short(kernel_name))
}

/// A name as it may be shown, where it says anything.
fn short(name: &str) -> Option<String> {
    let name = name.trim_matches(|c: char| c.is_whitespace() || is_trick(c));
    let end = name.char_indices().nth(LONGEST_NAME).map_or(name.len(), |(end, _)| end);
    (end > 0).then(|| printable(&name[..end]))
}

/// A name without secrets: who writes over their arguments may write some there.
pub(super) fn masked_name(name: String) -> String {
    masked(&name).unwrap_or(name)
}

/// Without control characters, and without those that turn a line around.
pub(in crate::collect) fn printable(text: &str) -> String {
    text.chars().map(|c| if is_trick(c) { ' ' } else { c }).collect()
}

/// Whether a character does something else than to be seen.
pub(in crate::collect) fn is_trick(c: char) -> bool {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a table of mounts says that users do not see each other's processes.
pub(in crate::collect) fn hides_processes(mounts: &str) -> bool {
    mounts.lines().any(|line| {
        let mut parts = line.split(' ').skip(1);
        let (place, _, options) = (parts.next(), parts.next(), parts.next());
        place == Some("/proc")
            && options.is_some_and(|options| {
                options.split(',').any(|option| {
                    option.strip_prefix("hidepid=").is_some_and(|how| !matches!(how, "0" | "off"))
                })
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(all: &[&str]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_command_is_one_short_line() {
        assert_eq!(command(&arguments(&["a", "b\n\u{1b}[31mc", "d"]), true).as_deref(), Some("a b  [31mc d"));
        assert_eq!(command(&arguments(&["ab\u{202e}c"]), true).as_deref(), Some("ab c"));
        assert_eq!(command(&[], true), None);
        assert_eq!(command(&arguments(&["", " "]), true), None);
        let long = command(&arguments(&["ü".repeat(5000).as_str()]), true);
        assert_eq!(long.map(|line| line.chars().count()), Some(1024));
    }

    #[test]
    fn a_name_is_the_programs() {
        for (called, kernel, shown) in [
            ("/usr/bin/python3.12", "pt_main_thread", "python3.12"),
            ("python", "python", "python"),
            ("-bash", "bash", "bash"),
            ("/opt/My App/run", "run", "run"),
            ("nginx: worker process", "nginx", "nginx"),
            ("python train.py --token abc", "python", "python"),
            ("", "kworker/0:1", "kworker/0:1"),
            ("/", "odd", "odd"),
        ] {
            assert_eq!(name(&arguments(&[called]), kernel).as_deref(), Some(shown));
        }
        assert_eq!(name(&[], "zombie").as_deref(), Some("zombie"));
    }

    #[test]
    fn a_name_that_says_nothing_is_none_and_a_long_one_is_cut() {
        for called in ["\u{200e}", "/bin/\u{202e}\u{1b}", "-- "] {
            assert_eq!(name(&arguments(&[called]), "kernel").as_deref(), Some("kernel"), "{called:?}");
            assert_eq!(name(&arguments(&[called]), " \n"), None, "{called:?}");
        }
        let long = name(&arguments(&["ü".repeat(4000).as_str()]), "");
        assert_eq!(long.map(|name| name.chars().count()), Some(256));
    }

    #[test]
    fn hidden_processes_are_noticed() {
        assert!(!hides_processes("proc /proc proc rw,nosuid 0 0\n"));
        assert!(!hides_processes("proc /proc proc rw,hidepid=off 0 0\n"));
        assert!(!hides_processes("x /other proc rw,hidepid=2 0 0\n"));
        assert!(hides_processes("a / ext4 rw 0 0\nproc /proc proc rw,hidepid=invisible 0 0\n"));
    }
}
