//! What to read where there is no GPU to show.

use leptos::{either::Either, prelude::*};

use super::{live::text, store::Store};
use crate::telemetry::Attempt;

#[component]
pub(crate) fn NoGpu(store: Store) -> impl IntoView {
    let host =
        text(move || store.machine.with(|machine| machine.hostname().unwrap_or("this machine").to_owned()));
    let answer = text(move || match store.machine.with(|machine| machine.origin.provider) {
        Some(provider) => [", and ", provider.label(), " answers, but it lists no GPU."].concat(),
        None => ", but no telemetry source answered:".to_owned(),
    });
    let attempts = move || {
        store
            .machine
            .with(|machine| machine.sources.iter().map(|attempt| marked(&line(attempt))).collect_view())
    };
    view! {
        <section class="panel no-gpu" data-testid="no-gpu">
            <h2>"No GPUs detected"</h2>
            <p>"The server is running on "<strong>{host}</strong>{answer}</p>
            <ol>{attempts}</ol>
            <p>
                "In a container? Start it with "<code>"--gpus all"</code>". Just looking? Run with "
                <code>"--demo"</code>"."
            </p>
        </section>
    }
}

/// An attempt with what stands between backticks set as code.
fn marked(line: &str) -> impl IntoView + use<> {
    let parts = line.split('`').enumerate().map(|(n, part)| {
        let part = part.to_owned();
        if n % 2 == 0 { Either::Left(part) } else { Either::Right(view! { <code>{part}</code> }) }
    });
    view! { <li data-testid="source-attempt">{parts.collect_view()}</li> }
}

/// "NVML: libnvidia-ml.so.1 not found. Install the NVIDIA driver."
fn line(attempt: &Attempt) -> String {
    let reason = attempt.reason.trim_end_matches('.');
    let mut line = [attempt.provider.label(), ": ", reason, "."].concat();
    if !attempt.hint.is_empty() {
        line.push(' ');
        line.push_str(&attempt.hint);
        if !attempt.hint.ends_with('.') {
            line.push('.');
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Provider;

    #[test]
    fn each_source_says_why_and_what_to_do() {
        let mut attempt = Attempt {
            provider: Provider::Nvml,
            reason: "libnvidia-ml.so.1 not found".into(),
            hint: "Install the NVIDIA driver.".into(),
            absent: true,
        };
        assert_eq!(line(&attempt), "NVML: libnvidia-ml.so.1 not found. Install the NVIDIA driver.");
        attempt.hint.clear();
        assert_eq!(line(&attempt), "NVML: libnvidia-ml.so.1 not found.");
    }
}
