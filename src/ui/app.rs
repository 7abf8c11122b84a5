//! The page as a whole.

use leptos::prelude::*;

use super::{
    banners::Banners,
    details::Details,
    events::Events,
    gpu_card::GpuCard,
    header::Header,
    live::{class, flag},
    no_gpu::NoGpu,
    overview::Overview,
    seed::planted,
    store::Store,
    time_bar::TimeBar,
};

/// The page's body. `start` is called once in the browser, when the page is alive.
#[component]
pub fn App(#[prop(optional)] start: Option<fn(Store)>) -> impl IntoView {
    // What the server drew from travels with the page, so that the client starts
    // from the very same values.
    let seed = SharedValue::new(planted);
    let store = Store::new(seed.into_inner());
    Effect::new(move |_| {
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
            <Cards store/>
        </main>
        <Details store/>
        <p class="said" role="status" data-testid="said"></p>
    }
}

#[component]
fn Cards(store: Store) -> impl IntoView {
    // Up to four GPUs have room to spare.
    let class = class(move || match store.order.with(Vec::len) {
        1 => "cards wide one",
        2 => "cards wide two",
        3 => "cards wide three",
        4 => "cards wide four",
        _ => "cards",
    });
    view! {
        <section class=class aria-label="GPUs" hidden=flag(move || store.order.with(Vec::is_empty))>
            <For each=move || store.order.get() key=String::clone let:key>
                {store.card(&key).map(|card| view! { <GpuCard store card key/> })}
            </For>
        </section>
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
