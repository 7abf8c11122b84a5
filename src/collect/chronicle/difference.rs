//! What became of the GPUs between two readings.

use super::{
    seen::{Seen, find, split},
    span,
};
use crate::telemetry::{Event, EventKind, Gpu, GpuState, Timestamp};

/// What happened, GPU by GPU. Sources tell more or less: of MIG, what one of them
/// says is compared with the `same_source` only, and that a GPU came or went needs two
/// that both know all GPUs by UUID.
pub(super) fn between(before: &[Seen], after: &[Gpu], same_source: bool, time: Timestamp) -> Vec<Event> {
    let event = |key: String, kind, text| Event { time, gpu: Some(key), kind, xid: None, text };
    let mut events = Vec::new();
    let comparable =
        same_source || before.iter().all(Seen::is_named) && after.iter().all(|gpu| gpu.uuid.is_some());
    let gone = before.iter().filter(|seen| !after.iter().any(|gpu| seen.is(gpu)));
    for seen in gone.filter(|_| comparable) {
        let text = format!("{} is no longer listed", label(seen.gpu.id, seen.gpu.name.as_deref()));
        events.push(event(seen.gpu.key(), EventKind::Removed, text));
    }
    for gpu in after {
        let label = label(gpu.id, gpu.name.as_deref());
        match find(before, gpu) {
            None if comparable => {
                events.push(event(gpu.key(), EventKind::Added, format!("{label} was added")));
            }
            // Of others its place does not tell which one it was.
            Some(seen) if same_source || before.len() == after.len() || seen.is_surely(gpu) => {
                let mut tell = |(kind, text): (EventKind, String)| {
                    events.push(event(gpu.key(), kind, format!("{label} {text}")));
                };
                became(seen, gpu, time).map(&mut tell);
                if same_source {
                    was_split(seen, gpu).map(&mut tell);
                }
            }
            _ => {}
        }
    }
    events
}

/// "GPU 3 (NVIDIA H200)"
fn label(id: u32, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("GPU {id} ({name})"),
        None => format!("GPU {id}"),
    }
}

fn became(seen: &Seen, gpu: &Gpu, now: Timestamp) -> Option<(EventKind, String)> {
    use GpuState::{Asleep, Lost, Ok, Unreadable};
    let detail = || gpu.state_detail.as_deref().unwrap_or_default().trim_end_matches('.').to_owned();
    Some(match (seen.gpu.state, gpu.state) {
        (before, after) if before == after => return None,
        (_, Lost) => (EventKind::Lost, format!("is lost: {}", detail())),
        (_, Unreadable) => (EventKind::Lost, format!("cannot be read: {}", detail())),
        (_, Asleep) => (EventKind::Asleep, "fell asleep".to_owned()),
        (Asleep, Ok) => (EventKind::Awake, "woke up".to_owned()),
        (_, Ok) => match seen.gpu.state_since {
            Some(since) => (EventKind::Recovered, format!("answers again after {}", span(since, now))),
            None => (EventKind::Recovered, "answers again".to_owned()),
        },
    })
}

fn was_split(seen: &Seen, gpu: &Gpu) -> Option<(EventKind, String)> {
    // While it cannot be read nobody knows.
    if seen.gpu.state != GpuState::Ok || gpu.mig_enabled.is_none() {
        return None;
    }
    let after = split(gpu);
    if seen.mig == after {
        return None;
    }
    let text = match (&seen.mig, &after) {
        (_, None) => "is whole again: MIG is off".to_owned(),
        (None, Some(parts)) => format!("was split: MIG is on, {}", instances(parts.len())),
        (Some(before), Some(parts)) => {
            format!("was split anew: {} instead of {}", instances(parts.len()), before.len())
        }
    };
    Some((EventKind::Mig, text))
}

fn instances(count: usize) -> String {
    if count == 1 { "1 MIG instance".to_owned() } else { format!("{count} MIG instances") }
}
