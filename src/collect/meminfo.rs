//! The host's memory, for GPUs that live in it.

use std::fs;

/// Bytes in all, and bytes that programs can still get.
pub(super) fn read() -> Option<(u64, u64)> {
    parse(&fs::read_to_string("/proc/meminfo").ok()?)
}

/// The same of this text.
pub(super) fn parse(text: &str) -> Option<(u64, u64)> {
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
    };
    Some((bytes("MemTotal")?, bytes("MemAvailable")?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_total_and_available() {
        let text = "MemTotal:       125829120 kB\nMemFree:  1 kB\nMemAvailable:   100663296 kB\n";
        assert_eq!(parse(text), Some((120 << 30, 96 << 30)));
        assert_eq!(parse("MemTotal: 1 kB\n"), None);
        assert_eq!(parse("MemTotal: many kB\nMemAvailable: 1 kB\n"), None);
    }
}
