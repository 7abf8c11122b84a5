//! What to read where there is no GPU to show.

use leptos::{either::Either, prelude::*};

use super::store::Store;
use crate::telemetry::Attempt;

#[component]
pub(crate) fn NoGpu(store: Store) -> impl IntoView {
    let host = Memo::new(move |_| store.system.with(|system| system.as_ref()?.hostname.clone()));
    let answers = Memo::new(move |_| store.origin.with(|origin| origin.provider));
    view! {
        <section class="panel no-gpu" data-testid="no-gpu">
            <h2>"No GPUs detected"</h2>
            <p>
                "The server is running"
                {move || host.get().map(|host| view! { " on "<strong>{host}</strong> })}
                {move || match answers.get() {
                    Some(provider) => [", and ", provider.label(), " answers, but it lists no GPU."].concat(),
                    None => ", but no telemetry source answered:".to_owned(),
                }}
            </p>
            <ol>
                {move || {
                    store
                        .sources
                        .get()
                        .into_iter()
                        .map(|attempt| view! { <li data-testid="source-attempt">{marked(&line(&attempt))}</li> })
                        .collect_view()
                }}
            </ol>
            <p>
                "In a container? Start it with "<code>"--gpus all"</code>". Just looking? Run with "
                <code>"--demo"</code>"."
            </p>
        </section>
    }
}

/// Text with what stands between backticks set as code.
fn marked(text: &str) -> impl IntoView + use<> {
    text.split('`')
        .enumerate()
        .map(|(n, part)| {
            let part = part.to_owned();
            if n % 2 == 0 { Either::Left(part) } else { Either::Right(view! { <code>{part}</code> }) }
        })
        .collect_view()
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
        };
        assert_eq!(line(&attempt), "NVML: libnvidia-ml.so.1 not found. Install the NVIDIA driver.");
        attempt.hint.clear();
        assert_eq!(line(&attempt), "NVML: libnvidia-ml.so.1 not found.");
    }
}
