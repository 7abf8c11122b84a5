//! The top line: product, host, source, connection.

use leptos::prelude::*;

use super::{
    controls::Controls,
    format,
    link_badge::LinkBadge,
    live::text,
    shown::{Shown, Tone},
    sources,
    store::{Machine, Store},
    time_bar::PauseButton,
    value::live_value,
};
use crate::telemetry::Provider;

#[component]
pub(crate) fn Header(store: Store) -> impl IntoView {
    let host = text(move || store.machine.read().hostname().unwrap_or_default().to_owned());
    let source = live_value("source", move || source(&store.machine.read()));
    view! {
        <header class="top">
            // Two blocks, so that what is read first, by eye or ear, comes first also where
            // they take two lines each.
            <div class="brand">
                <Mark/>
                <h1 title=concat!("GPU Observatory ", env!("CARGO_PKG_VERSION"))>"GPU Observatory"</h1>
                <span class="host-name" data-testid="host-name">{host}</span>
                <span class="pill">
                    {source}
                </span>
            </div>
            <div class="now">
                <LinkBadge store/>
                <PauseButton store/>
            </div>
            <Controls store/>
        </header>
    }
}

/// "NVML · driver 580.65 · CUDA 13.0"
fn source(machine: &Machine) -> Shown {
    let origin = &machine.origin;
    let note = sources::forced(machine);
    let Some(provider) = origin.provider else {
        return Shown { tone: Tone::Warn, note, ..Shown::text("no telemetry source") };
    };
    let set = match provider {
        _ if machine.forced => " (set)",
        Provider::Demo => "",
        _ if machine.simulated => " (simulated)",
        _ => "",
    };
    let mut parts = vec![[provider.label(), set].concat()];
    parts.extend(origin.driver_version.as_ref().map(|version| ["driver ", version].concat()));
    parts.extend(origin.cuda_version.map(|version| ["CUDA ", &format::cuda(version)].concat()));
    Shown { note, ..Shown::text(parts.join(" · ")) }
}

/// The product's mark, the same as the favicon.
#[component]
pub(super) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
            <defs>
                <linearGradient id="paint-mark" x1="0" y1="1" x2="1" y2="0">
                    <stop offset="0" stop-color="#38d6ff"/>
                    <stop offset=".45" stop-color="#6366f1"/>
                    <stop offset="1" stop-color="#c4a2ff"/>
                </linearGradient>
            </defs>
            <rect width="26" height="26" rx="8" fill="url(#paint-mark)"/>
            <circle class="pupil" cx="13" cy="13" r="5.5"/>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::store::Origin;

    #[test]
    fn the_source_names_its_versions_as_far_as_known() {
        let origin = Origin {
            provider: Some(Provider::Nvml),
            driver_version: Some("580.65".into()),
            cuda_version: Some(13_000),
        };
        let mut machine = Machine { origin, ..Machine::default() };
        assert_eq!(source(&machine).text, "NVML · driver 580.65 · CUDA 13.0");
        machine.origin.cuda_version = None;
        assert_eq!(source(&machine), Shown::text("NVML · driver 580.65"));
        assert_eq!(source(&Machine::default()).tone, Tone::Warn);
    }

    #[test]
    fn a_source_that_was_set_says_so() {
        let origin = Origin { provider: Some(Provider::Nvtop), ..Origin::default() };
        let shown = source(&Machine { origin, forced: true, ..Machine::default() });
        assert_eq!(shown.text, "nvtop (set)");
        assert!(shown.note.unwrap().contains("GPU_MONITOR_TELEMETRY_PROVIDER"));
    }

    #[test]
    fn a_source_that_is_only_played_says_so() {
        let origin = Origin { provider: Some(Provider::NvidiaSmi), ..Origin::default() };
        let mut machine = Machine { origin, simulated: true, ..Machine::default() };
        assert_eq!(source(&machine).text, "nvidia-smi (simulated)");
        machine.origin.provider = Some(Provider::Demo);
        assert_eq!(source(&machine).text, "demo");
    }
}
