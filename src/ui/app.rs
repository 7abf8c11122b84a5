//! The page as a whole.

use leptos::prelude::*;

use super::{
    announcer::Announcer, banners::Banners, cards::Gpus, details::Details, effect::effect, events::Events,
    filter::FilterNote, header::Header, no_gpu::NoGpu, overview::Overview, seed::planted, store::Store,
    time_bar::TimeBar, watching::Watching,
};

/// The page's body. `start` is called once in the browser, when the page is alive.
#[component]
pub fn App(#[prop(optional)] start: Option<fn(Store)>) -> impl IntoView {
    let store = Store::new(planted());
    effect(move || {
        if let Some(start) = start {
            start(store);
        }
    });
    view! {
        <Paints/>
        <Header store/>
        <TimeBar store/>
        <Banners store/>
        <main>
            <Overview store/>
            <Events store/>
            <NoGpu store/>
            <FilterNote store/>
            <Gpus store/>
        </main>
        <Watching store/>
        <Announcer store/>
        <Details store/>
        // The last of the page: the shell has the first paint wait for it.
        <p id="said" class="unseen said" role="status" data-testid="said"></p>
    }
}

/// Gradients and the hatch, for every bar of the page.
#[component]
fn Paints() -> impl IntoView {
    view! {
        <svg class="paints" width="0" height="0" aria-hidden="true">
            <defs>
                <linearGradient id="paint-utilization" x1="0" y1="0" x2="0" y2="1">
                    <stop offset="0" class="utilization"/>
                    <stop offset="1" class="utilization faded"/>
                </linearGradient>
                <linearGradient id="paint-memory">
                    <stop offset="0" class="indigo"/>
                    <stop offset="1" class="memory"/>
                </linearGradient>
                <linearGradient id="paint-power">
                    <stop offset="0" class="power"/>
                    <stop offset="1" class="ember"/>
                </linearGradient>
                <pattern
                    id="paint-hatch"
                    width="6"
                    height="6"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(-45)"
                >
                    <rect class="hatch-ground" width="6" height="6"/>
                    <rect class="hatch-line" width="3" height="6"/>
                </pattern>
            </defs>
        </svg>
    }
}
