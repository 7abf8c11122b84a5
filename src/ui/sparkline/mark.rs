//! The instant that all plots mark: a line over each of them, with time and value. It
//! is moved over the canvas, which is not drawn again.

use leptos::{
    html::Canvas,
    prelude::*,
    web_sys::{Element, HtmlElement},
};
use wasm_bindgen::JsCast;

use super::{Series, reading, scale};
use crate::ui::{
    effect::effect,
    format,
    store::{Field, Store},
};

/// Shows the instant over this canvas while there is one and a reader can see it.
pub(super) fn follow(store: Store, series: Series, node: NodeRef<Canvas>, in_view: Field<bool>) {
    effect(move || {
        let time = store.moment.read().marked();
        let Some(canvas) = node.get() else { return };
        let Some(mark) = canvas.next_element_sibling() else { return };
        let Some(time) = time.filter(|_| in_view.get()) else { return hide(&mark) };
        // The plot moves on below it.
        store.drawn.track();
        let told = store.with_history(|history| {
            let place = scale::place(&history.times, time)?;
            let row = history.times.binary_search(&time).ok();
            Some((place, row.and_then(|row| reading(&series, history, row, store))))
        });
        let Some((place, value)) = told else { return hide(&mark) };
        let value = value.unwrap_or_else(|| "no data".to_owned());
        show(&mark, place, &[&format::time_of_day(time, store.zone.get()), " · "].concat(), &value);
    });
}

fn hide(mark: &Element) {
    mark.set_class_name("cursor nothing");
}

fn show(mark: &Element, place: f32, time: &str, value: &str) {
    mark.set_class_name(if place > 0.5 { "cursor before" } else { "cursor" });
    if let Some(mark) = mark.dyn_ref::<HtmlElement>() {
        let at = format::length((place * 100.0).into());
        _ = mark.style().set_property("--at", &at);
    }
    if let Some(tip) = mark.first_element_child()
        && let (Some(first), Some(second)) = (tip.first_element_child(), tip.last_element_child())
    {
        first.set_text_content(Some(time));
        second.set_text_content(Some(value));
    }
}
