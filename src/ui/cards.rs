//! The GPUs, as cards or as rows.

use leptos::prelude::*;

use super::{
    gpu_card::GpuCard,
    gpu_row::{Heads, row},
    live::{class, flag},
    store::{Store, View},
};

#[component]
pub(crate) fn Gpus(store: Store) -> impl IntoView {
    // Up to four GPUs have room to spare.
    let class = class(move || match store.order.with(Vec::len) {
        1 => "cards wide one",
        2 => "cards wide two",
        3 => "cards wide three",
        4 => "cards wide four",
        _ => "cards",
    });
    // Only one of the two is there.
    let order = move |view| {
        move || if store.view.get() == view { store.order.get() } else { Vec::new() }
    };
    let (cards, rows) = (order(View::Cards), order(View::Rows));
    view! {
        <section class=class aria-label="GPUs" hidden=flag(move || cards().is_empty())>
            <For each=cards key=String::clone let:key>
                {store.card(&key).map(|card| view! { <GpuCard store card key/> })}
            </For>
        </section>
        <div class="panel rows" hidden=flag(move || rows().is_empty())>
            <table aria-label="GPUs">
                <Heads/>
                <tbody>
                    <For each=rows key=String::clone let:key>
                        {store.card(&key).map(|card| row(store, card, key))}
                    </For>
                </tbody>
            </table>
        </div>
    }
}
