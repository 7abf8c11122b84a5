//! That all is invented, and which scene of it is played. A plain form: it needs no
//! script, and the page has no code for it.

use leptos::prelude::*;

use super::store::Store;
use crate::telemetry::Demo;

/// Nothing where the GPUs are real.
#[component]
pub(crate) fn DemoBanner(store: Store) -> impl IntoView {
    move || {
        let demo = store.machine.with(|machine| {
            let simulated = machine.simulated || machine.demo.is_some();
            simulated.then(|| machine.demo.clone().unwrap_or_default())
        });
        demo.map(banner)
    }
}

fn banner(demo: Demo) -> impl IntoView {
    let Demo { scenario, scenarios } = demo;
    let scene = |name: String| {
        let current = (name == scenario).then_some("true");
        let value = name.clone();
        view! { <button name="scenario" value=value aria-current=current>{name}</button> }
    };
    view! {
        // Relative: the page may be served under a path.
        <form class="banner demo" method="post" action="demo">
            <p role="note" data-testid="demo-banner">
                "Simulated data: GPUs, sources and events are invented to show the page."
            </p>
            <p class="scenes" data-testid="scenes">"Scene:"{scenarios.into_iter().map(scene).collect_view()}</p>
        </form>
    }
}
