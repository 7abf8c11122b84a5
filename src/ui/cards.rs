//! The GPUs, as cards or as rows.

use leptos::prelude::*;

use super::{
    gpu_card::GpuCard,
    gpu_row::{Heads, row},
    live::{class, flag},
    store::Store,
};

#[component]
pub(crate) fn Gpus(store: Store) -> impl IntoView {
    // Up to four GPUs have room to spare.
    let class = class(move || match store.order.read().len() {
        1 => "cards wide one",
        2 => "cards wide two",
        3 => "cards wide three",
        4 => "cards wide four",
        _ => "cards",
    });
    // One of the two is there. GPUs hardly ever come or go, and then the cards are
    // written anew in place: keeping track of each would be code for the client to carry.
    let order = move |rows| if store.rows.get() == rows { store.order.get() } else { Vec::new() };
    let cards = move || {
        let card = |key: String| store.card(&key).map(|card| view! { <GpuCard store card key/> });
        order(false).into_iter().filter_map(card).collect_view()
    };
    let rows = move || {
        let row = |key: String| store.card(&key).map(|card| row(store, card, key));
        order(true).into_iter().filter_map(row).collect_view()
    };
    view! {
        <section class=class aria-label="GPUs" hidden=flag(move || order(false).is_empty())>
            {cards}
        </section>
        <div class="panel rows" hidden=flag(move || order(true).is_empty())>
            <table aria-label="GPUs">
                <Heads/>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
