//! What happened to the GPUs and to the telemetry, and who the GPUs are while no
//! source can tell.

mod difference;
mod seen;

use std::collections::VecDeque;

use self::seen::Seen;
use super::{Outcome, candidate};
use crate::telemetry::{Attempt, Event, EventKind, Gpu, GpuState, Provider, Reason, Timestamp};

/// Most events that are kept,
const MOST: usize = 20;
/// most of one kind for one GPU: what flickers must not push out the rest,
const MOST_ALIKE: usize = 4;
/// and how long they are kept, in milliseconds.
const KEPT_MS: u64 = 24 * 3600 * 1000;
/// Of what happens again and again to one GPU the log is told no more than that often
/// in so many milliseconds.
const QUIET_MS: u64 = 600 * 1000;

/// Compares each reading with the one before.
#[derive(Debug, Default)]
pub(super) struct Chronicle {
    events: VecDeque<Event>,
    /// What the log was told lately, of which GPU, and when, in milliseconds.
    logged: Vec<(EventKind, Option<String>, u64)>,
    /// The GPUs as they were listed last.
    seen: Vec<Seen>,
    /// The source that answered last.
    provider: Option<Provider>,
    /// Since when no source has answered.
    silent: Option<Timestamp>,
    /// Since when the GPUs have been left alone.
    alone: Option<Timestamp>,
    /// A source has answered at all: what was there at the beginning did not come.
    begun: bool,
}

impl Chronicle {
    /// Notes what a reading tells, at this time, and completes it with what is known
    /// from before.
    pub(super) fn tell(&mut self, outcome: &mut Outcome, now: Timestamp) {
        self.alone = None;
        outcome.events.drain(..).for_each(|event| self.push(event));
        seen::recognise(&self.seen, &mut outcome.gpus);
        if outcome.provider == Some(Provider::Nvtop) {
            self.keep_unlisted(outcome, now);
        }
        match outcome.provider {
            Some(provider) => {
                seen::keep_since(&self.seen, &mut outcome.gpus);
                let same = self.provider == Some(provider);
                self.tell_source(provider, outcome, now);
                self.tell_gpus(&outcome.gpus, same, now);
            }
            None => self.tell_silence(outcome, now),
        }
    }

    /// Notes that a source has not answered since then. What to tell about it.
    pub(super) fn stall(&mut self, provider: Provider, since: Timestamp, now: Timestamp) -> Attempt {
        let time = std::time::Duration::from_millis(now.millis().saturating_sub(since.millis()));
        let error = candidate::hangs(time);
        if self.silent.is_none() {
            self.silent = Some(since);
            self.source(now, format!("{} does not answer: a call into the driver hangs", provider.label()));
        }
        Attempt { provider, reason: error.reason, hint: error.hint, absent: false }
    }

    /// The newest events, oldest first.
    pub(super) fn events(&mut self, now: Timestamp) -> Vec<Event> {
        self.events.retain(|event| event.time.millis() + KEPT_MS > now.millis());
        self.events.iter().cloned().collect()
    }

    /// nvtop leaves out what it cannot read, so that a GPU which it does not list may
    /// well be there. Where it lists nothing else, it does not tell of GPUs.
    fn keep_unlisted(&self, outcome: &mut Outcome, now: Timestamp) {
        let mut id = u32::try_from(outcome.gpus.len()).unwrap_or(u32::MAX);
        let why = outcome.attempts.first().map_or("nvtop does not list it", |why| &why.reason);
        let detail = format!("{}.", why.trim_end_matches('.'));
        let mut unlisted = Vec::new();
        for seen in seen::unlisted(&self.seen, &outcome.gpus) {
            let since =
                Some(seen.gpu.state_since.filter(|_| seen.gpu.state == GpuState::Unreadable).unwrap_or(now));
            unlisted.push(Gpu { id, ..seen.gpu(GpuState::Unreadable, &detail, since, Reason::Error) });
            id = id.saturating_add(1);
        }
        if outcome.gpus.is_empty() && !unlisted.is_empty() {
            outcome.provider = None;
        } else {
            outcome.gpus.append(&mut unlisted);
        }
    }

    fn tell_source(&mut self, provider: Provider, outcome: &Outcome, now: Timestamp) {
        let silent = self.silent.take();
        let label = provider.label();
        match self.provider.replace(provider) {
            Some(before) if before != provider => {
                let why = outcome.attempts.iter().find(|attempt| attempt.provider == before);
                let text = match why {
                    Some(Attempt { reason, .. }) => {
                        format!("{label} stands in for {}: {}", before.label(), reason.trim_end_matches('.'))
                    }
                    None => format!("{label} takes over from {}", before.label()),
                };
                self.source(now, text);
            }
            Some(_) => {
                if let Some(since) = silent {
                    self.source(now, format!("{label} answers again after {}", span(since, now)));
                }
            }
            None if silent.is_some() => {
                self.source(now, format!("{label} answers and lists {}", counted(outcome.gpus.len())));
            }
            // The beginning is no event.
            None => {}
        }
    }

    fn tell_gpus(&mut self, gpus: &[Gpu], same_source: bool, now: Timestamp) {
        // As nearly always: nothing is made of it anew.
        if self.seen.len() == gpus.len() && self.seen.iter().zip(gpus).all(|(seen, gpu)| seen.is_still(gpu)) {
            self.begun = true;
            return;
        }
        if std::mem::replace(&mut self.begun, true) {
            for event in difference::between(&self.seen, gpus, same_source, now) {
                self.push(event);
            }
        }
        self.seen = gpus.iter().map(Seen::of).collect();
    }

    /// While nobody answers the GPUs are those that were, and nothing is known of them.
    fn tell_silence(&mut self, outcome: &mut Outcome, now: Timestamp) {
        let why = outcome.attempts.iter().find(|attempt| Some(attempt.provider) == self.provider);
        let why = why.or(outcome.attempts.first()).map_or("No telemetry source answers", |why| &why.reason);
        let detail = format!("{}.", why.trim_end_matches('.'));
        if self.silent.is_none() {
            self.silent = Some(now);
            if let Some(provider) = self.provider {
                self.source(
                    now,
                    format!("{} stopped answering: {}", provider.label(), why.trim_end_matches('.')),
                );
            }
        }
        let since = self.silent;
        outcome.gpus = self
            .seen
            .iter()
            .map(|seen| seen.gpu(GpuState::Unreadable, &detail, since, Reason::Error))
            .collect();
    }

    /// Notes what the kernel tells of GPUs that sleep, or that are only left alone
    /// until they do, and completes it. Nothing is known of the sources meanwhile.
    pub(super) fn asleep(&mut self, gpus: &mut [Gpu], fell: bool, now: Timestamp) {
        let since = *self.alone.get_or_insert(now);
        for gpu in gpus.iter_mut() {
            seen::recognise_by_address(&self.seen, gpu);
            let known = self.seen.iter().find(|seen| seen.is(gpu));
            let slept =
                known.filter(|seen| seen.gpu.state == GpuState::Asleep).and_then(|seen| seen.gpu.state_since);
            gpu.state_since = slept.or(Some(if fell { now } else { since }));
            gpu.clear(Reason::Asleep);
            gpu.explain(Reason::Asleep);
        }
        // One that does not fall asleep after all has not woken up either.
        if fell {
            self.tell_gpus(gpus, false, now);
        }
    }

    /// The source that answered last.
    pub(super) const fn provider(&self) -> Option<Provider> {
        self.provider
    }

    fn source(&mut self, time: Timestamp, text: String) {
        self.push(Event { time, gpu: None, kind: EventKind::Source, xid: None, text });
    }

    fn push(&mut self, event: Event) {
        let alike = |other: &&Event| (other.kind, &other.gpu) == (event.kind, &event.gpu);
        if self.may_log(&event) {
            log(&event);
        }
        if self.events.iter().filter(alike).count() >= MOST_ALIKE
            && let Some(oldest) = self.events.iter().position(|other| alike(&other))
        {
            self.events.remove(oldest);
        }
        if self.events.len() >= MOST {
            self.make_room();
        }
        self.events.push_back(event);
    }

    /// Forgets the oldest event of the kind that there is most of: on many GPUs, what
    /// happens on all of them would push out the rest.
    fn make_room(&mut self) {
        let count = |kind| self.events.iter().filter(|other| other.kind == kind).count();
        let most = self.events.iter().map(|event| count(event.kind)).max();
        if let Some(at) = self.events.iter().position(|event| Some(count(event.kind)) == most) {
            self.events.remove(at);
        }
    }

    /// Whether the log is to be told; if so, it counts as told.
    fn may_log(&mut self, event: &Event) -> bool {
        let now = event.time.millis();
        // Either way: the clock may have been set back.
        self.logged.retain(|(_, _, told)| told.abs_diff(now) < QUIET_MS);
        let alike = self.logged.iter().filter(|(kind, gpu, _)| (kind, gpu) == (&event.kind, &event.gpu));
        let may = alike.count() < MOST_ALIKE;
        if may {
            self.logged.push((event.kind, event.gpu.clone(), now));
        }
        may
    }
}

/// What happens to sources is logged where it is found out.
fn log(event: &Event) {
    let gpu = event.gpu.as_deref();
    match event.kind {
        EventKind::Source => {}
        EventKind::Lost | EventKind::Xid => tracing::warn!(gpu, xid = event.xid, "{}", event.text),
        _ => tracing::info!(gpu, "{}", event.text),
    }
}

fn counted(gpus: usize) -> String {
    if gpus == 1 { "1 GPU".to_owned() } else { format!("{gpus} GPUs") }
}

/// "12 s", "3 min", "2 h".
pub(super) fn span(since: Timestamp, now: Timestamp) -> String {
    match now.millis().saturating_sub(since.millis()) / 1000 {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests;
