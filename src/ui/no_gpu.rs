//! What to read where there is no GPU to show.

use leptos::prelude::*;

use super::{
    list::{Note, notes, through},
    live::{flag, text},
    piece::Piece,
    sources,
    store::{Machine, Store},
};
use crate::telemetry::Attempt;

#[component]
pub(crate) fn NoGpu(store: Store) -> impl IntoView {
    let host = text(move || store.machine.read().hostname().unwrap_or("this machine").to_owned());
    let answer = text(move || answer(&store.machine.read()));
    let list = Piece::new("div").with("class", "attempts").with("role", "list");
    let attempts = notes(list, move || {
        let note = |attempt: &Attempt| Note {
            role: "listitem",
            testid: "source-attempt",
            words: sources::line(attempt),
            ..Note::default()
        };
        store.machine.read().sources.iter().map(note).collect()
    });
    let advice = notes(through(), move || {
        let words = sources::advice(&store.machine.read());
        vec![Note { role: "note", words, ..Note::default() }]
    });
    view! {
        <section
            class="panel no-gpu"
            data-testid="no-gpu"
            hidden=flag(move || !store.order.read().is_empty())
        >
            <h2>"No GPUs detected"</h2>
            <p>"The server is running on "<strong>{host}</strong>{answer}</p>
            {attempts}
            {advice}
        </section>
    }
}

/// Follows "The server is running on atlas-07".
fn answer(machine: &Machine) -> String {
    let forced = sources::forced(machine).map(|forced| ["The source is ", &forced, "."].concat());
    let answer = match machine.origin.provider {
        Some(provider) => [", and ", provider.label(), " answers, but it lists no GPU."].concat(),
        None if forced.is_some() => ", but its telemetry source does not answer.".to_owned(),
        None => ", but no telemetry source answered:".to_owned(),
    };
    match forced {
        Some(forced) => [answer, forced].join(" "),
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_is_set_is_the_only_one() {
        let mut machine = Machine::default();
        assert_eq!(answer(&machine), ", but no telemetry source answered:");
        machine.forced = true;
        assert_eq!(
            answer(&machine),
            ", but its telemetry source does not answer. The source is set by \
             GPU_MONITOR_TELEMETRY_PROVIDER; no other source is tried."
        );
    }
}
