//! What the reader must know before believing a number.

use leptos::prelude::*;

use super::{
    format,
    store::{Link, Store},
};

#[component]
pub(crate) fn Banners(store: Store) -> impl IntoView {
    let lost = Memo::new(move |_| matches!(store.link.get(), Link::Reconnecting { .. }));
    let stale = Memo::new(move |_| store.link.get() == Link::Stale);
    let taken = move || format::time_of_day(store.taken.get().millis(), store.zone.get());
    view! {
        {move || {
            store
                .simulated
                .get()
                .then(|| {
                    view! {
                        <p class="banner demo" data-testid="demo-banner">
                            <strong>"Simulated data."</strong>
                            " None of these GPUs exists; the figures are invented to show the page."
                        </p>
                    }
                })
        }}
        {move || {
            lost.get()
                .then(|| {
                    view! {
                        <p class="banner warn" role="alert" data-testid="lost-banner">
                            <span>
                                "Connection to the server lost. Values below are from "{taken}
                                " and are not updating."
                            </span>
                            <button type="button" data-testid="retry" on:click=move |_| store.retry.notify()>
                                "Retry now"
                            </button>
                        </p>
                    }
                })
        }}
        {move || {
            stale
                .get()
                .then(|| {
                    view! {
                        <p class="banner warn" role="alert" data-testid="stale-banner">
                            "The server answers, but has no fresh sample: the driver may hang. Values below are from "
                            {taken}"."
                        </p>
                    }
                })
        }}
    }
}
