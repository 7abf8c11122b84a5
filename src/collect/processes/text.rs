//! What is shown of names and command lines. Anybody may write anything in there.

/// Most characters of a command line.
const LONGEST: usize = 1024;
/// Most characters of a name. The names of files end before.
const LONGEST_NAME: usize = 256;

/// The arguments as one line, or none.
pub(in crate::collect) fn command(arguments: &[String]) -> Option<String> {
    let line = printable(&arguments.join(" "));
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
/// zombies, and where the program wrote a sentence over its arguments.
/// `None` where neither says anything.
pub(in crate::collect) fn name(arguments: &[String], kernel_name: &str) -> Option<String> {
    let called = arguments.first().map_or("", String::as_str);
    let file = called.rsplit('/').next().unwrap_or(called).trim_start_matches('-');
    let sentence = called.contains(": ") || called.ends_with(':');
    let file = short(if sentence { "" } else { file });
    file.or_else(|| short(kernel_name))
}

/// A name as it may be shown, where it says anything.
fn short(name: &str) -> Option<String> {
    let name: String = printable(name).trim().chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// Without control characters, and without those that turn a line around.
pub(in crate::collect) fn printable(text: &str) -> String {
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if bad(c) { ' ' } else { c }).collect()
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
        assert_eq!(command(&arguments(&["a", "b\n\u{1b}[31mc", "d"])).as_deref(), Some("a b  [31mc d"));
        assert_eq!(command(&arguments(&["ab\u{202e}c"])).as_deref(), Some("ab c"));
        assert_eq!(command(&[]), None);
        assert_eq!(command(&arguments(&["", " "])), None);
        let long = command(&arguments(&["ü".repeat(5000).as_str()]));
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
