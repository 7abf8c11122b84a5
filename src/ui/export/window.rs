//! What there is to write to a file.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code))]

use crate::{
    telemetry::{History, Snapshot, Timestamp},
    ui::store::{Store, read},
};

/// The last minute, as far as this page knows it.
#[derive(Debug)]
pub(super) struct Window<'a> {
    pub(super) history: &'a History,
    /// Messages as they came in, oldest first.
    pub(super) messages: Vec<&'a str>,
    /// What they say.
    pub(super) samples: Vec<Snapshot>,
}

/// Looks at what `store` has.
pub(super) fn of<T>(store: Store, look: impl FnOnce(&Window) -> T) -> T {
    store.with_tape(|tape| {
        let messages: Vec<&str> = tape.texts().collect();
        let samples = messages.iter().filter_map(|text| read(text)).collect();
        store.with_history(|history| look(&Window { history, messages, samples }))
    })
}

impl Window<'_> {
    /// The host's name.
    pub(super) fn host(&self) -> Option<&str> {
        self.samples.last()?.system.as_ref()?.hostname.as_deref()
    }

    /// "gpu-observatory-atlas-20261122T211538Z": a name that every file system takes.
    pub(super) fn name(&self) -> String {
        let host: String = self
            .host()
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let newest = self.history.times.last().copied().unwrap_or_default();
        let time: String = time(newest).chars().filter(|c| *c != '-' && *c != ':').collect();
        let mut parts = vec!["gpu-observatory"];
        parts.extend((!host.is_empty()).then_some(host.as_str()));
        // Without the fraction of the second.
        let second = time.split('.').next().unwrap_or_default();
        [&parts.join("-"), "-", second, "Z"].concat()
    }
}

/// "2026-11-22T21:15:38.123Z", of milliseconds since 1970.
pub(super) fn time(millis: u64) -> String {
    let mut text = Timestamp::from_millis(millis).to_string();
    // Microseconds are always zeros here.
    if let Some(milliseconds) = text.len().checked_sub("000Z".len()) {
        text.truncate(milliseconds);
        text.push('Z');
    }
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::telemetry::{Gpu, Host};

    pub(in super::super) const START: u64 = 1_767_225_600_000;

    /// A sample `millis` after the start.
    pub(in super::super) fn sample(millis: u64, name: &str, utilization: Option<u32>) -> Snapshot {
        let gpu = Gpu {
            uuid: Some("GPU-1".into()),
            name: Some(name.into()),
            utilization,
            memory_used: Some(1024.4),
            memory_total: Some(4096.0),
            temperature: Some(64),
            power_usage: Some(312.44),
            ..Gpu::default()
        };
        let host = Host { hostname: Some("at/las-07".into()), cpu_usage: Some(23.47), ..Host::default() };
        Snapshot {
            timestamp: Timestamp::from_millis(START + millis),
            gpus: vec![gpu],
            system: Some(host),
            ..Snapshot::default()
        }
    }

    #[test]
    fn the_files_name_says_whose_and_when() {
        let mut history = History::default();
        let mut window = Window { history: &history.clone(), messages: Vec::new(), samples: Vec::new() };
        assert_eq!(window.name(), "gpu-observatory-19700101T000000Z");
        history.push(&sample(1500, "A", None));
        window.history = &history;
        window.samples = vec![sample(1500, "A", None)];
        assert_eq!(window.name(), "gpu-observatory-atlas-07-20260101T000001Z");
    }

    #[test]
    fn a_time_has_milliseconds() {
        assert_eq!(time(START + 42), "2026-01-01T00:00:00.042Z");
    }
}
