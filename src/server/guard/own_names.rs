//! The names that this machine goes by.

use std::fs;

/// Reads them: the host name, alone, with each domain that names are looked up in, and as
/// announced in the local network; and what `/etc/hosts` calls this machine.
pub(super) fn read() -> Vec<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let text = |path| fs::read_to_string(path).unwrap_or_default();
    all(&name, &text("/etc/resolv.conf"), &text("/etc/hosts"))
}

/// The names by the texts of those files, in lower case, each once.
fn all(name: &str, resolv: &str, hosts: &str) -> Vec<String> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name.is_empty() {
        return Vec::new();
    }
    let short = name.split('.').next().unwrap_or(&name).to_owned();
    let mut names = vec![name.clone(), short.clone(), [&short, ".local"].concat()];
    for line in resolv.lines().map(uncommented) {
        let mut words = line.split_whitespace();
        if matches!(words.next(), Some("search" | "domain")) {
            names.extend(words.map(|domain| [&short, ".", domain.trim_matches('.')].concat()));
        }
    }
    for line in hosts.lines().map(uncommented) {
        let aliases = || line.split_whitespace().skip(1);
        if aliases().any(|alias| alias.eq_ignore_ascii_case(&name) || alias.eq_ignore_ascii_case(&short)) {
            names.extend(aliases().map(str::to_owned));
        }
    }
    for name in &mut names {
        name.make_ascii_lowercase();
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn uncommented(line: &str) -> &str {
    line.split(['#', ';']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_by_its_name_in_its_domains() {
        let resolv = "# search evil.example\nnameserver 10.0.0.1\nsearch lab.example corp.example.\n";
        let hosts = "127.0.0.1 localhost\n127.0.1.1 Box.home.example box # evil2\n10.0.0.9 other\n";
        assert_eq!(
            all("Box", resolv, hosts),
            ["box", "box.corp.example", "box.home.example", "box.lab.example", "box.local"]
        );
        assert_eq!(all("box.lab.example", "", ""), ["box", "box.lab.example", "box.local"]);
        assert!(all("", resolv, hosts).is_empty());
    }
}
