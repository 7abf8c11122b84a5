//! XID errors, counted since the server started.

use std::{collections::BTreeMap, fmt};

use super::{Out, units::number};
use crate::telemetry::{Event, EventKind, Timestamp};

/// A GPU's key and the driver's number of the error.
pub(in crate::server) type Key = (String, u32);

/// Counts what each sample tells of. A sample lists a few of the newest events, so that
/// of a storm of errors within one interval some are missed.
#[derive(Debug, Default)]
pub(in crate::server) struct Xids {
    counts: BTreeMap<Key, u64>,
    /// The newest event that was counted.
    until: Timestamp,
}

impl Xids {
    /// Counts those of `events` that are new.
    pub(in crate::server) fn count(&mut self, events: &[Event]) {
        let before = self.until;
        for event in events.iter().filter(|event| event.kind == EventKind::Xid && event.time > before) {
            if let Some(xid) = event.xid {
                *self.counts.entry((event.gpu.clone().unwrap_or_default(), xid)).or_default() += 1;
            }
            self.until = self.until.max(event.time);
        }
    }

    /// How often each came.
    pub(in crate::server) fn all(&self) -> Vec<(Key, u64)> {
        self.counts.iter().map(|(key, count)| (key.clone(), *count)).collect()
    }
}

/// Writes the counts.
pub(super) fn write(out: &mut Out, counts: &[(Key, u64)]) -> fmt::Result {
    let codes: Vec<String> = counts.iter().map(|((_, xid), _)| xid.to_string()).collect();
    let series = counts.iter().zip(&codes).map(|(((gpu, _), count), code)| {
        (vec![("uuid", gpu.as_str()), ("xid", code.as_str())], number(*count))
    });
    out.counter("gpu_xid_errors", "XID errors since the server started.", None, series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_counts_once() {
        let error = |millis, gpu: &str, xid| Event {
            time: Timestamp::from_millis(millis),
            gpu: Some(gpu.to_owned()),
            kind: EventKind::Xid,
            xid: Some(xid),
            text: String::new(),
        };
        let mut xids = Xids::default();
        let mut events = vec![error(1, "a", 31), error(1, "a", 31), error(1, "b", 79)];
        xids.count(&events);
        events.push(error(2, "a", 31));
        events.push(Event { kind: EventKind::Lost, ..error(3, "a", 99) });
        xids.count(&events);
        xids.count(&events);
        assert_eq!(xids.all(), [(("a".to_owned(), 31), 3), (("b".to_owned(), 79), 1)]);
    }
}
