//! A plot's canvas: when it is drawn, how large it is, and what it tells a reader
//! who cannot see it.

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    HtmlCanvasElement, IntersectionObserver, IntersectionObserverEntry, ResizeObserver, js_sys::Array,
};

use super::{Series, draw, mark, scale, values};
use crate::ui::store::Store;

/// Draws the series whenever there is something new, the canvas changes its size or
/// comes into view, or the page changes its colours; never what is out of view.
pub(super) fn connect(store: Store, series: Series, node: NodeRef<Canvas>) {
    let resized = RwSignal::new(());
    let in_view = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(canvas) = node.get() {
            watch(&canvas, resized, in_view);
        }
    });
    mark::follow(store, series.clone(), node, in_view);
    let mut told = String::new();
    Effect::new(move |_| {
        store.drawn.track();
        store.theme.track();
        resized.track();
        let Some(canvas) = node.get() else { return };
        let values = store.with_history(|history| {
            let values = values(&series, history, store);
            if in_view.get() {
                draw::draw(&canvas, &scale::stretches(&history.times, &values));
            }
            values
        });
        let words = describe(&series, &values);
        // Not a part of the view, which would draw it on the server too.
        if words != told && canvas.set_attribute("aria-label", &words).is_ok() {
            told = words;
        }
    });
}

/// Notifies `resized` of every change of the canvas' size and tells `in_view` whether
/// a reader can see it, as long as it lives.
fn watch(canvas: &HtmlCanvasElement, resized: RwSignal<()>, in_view: RwSignal<bool>) {
    let size = Closure::<dyn FnMut()>::new(move || resized.notify());
    let view = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
        // The last entry is the latest.
        let entry = entries.pop().unchecked_into::<IntersectionObserverEntry>();
        in_view.set(entry.is_intersecting());
    });
    let (Ok(sizes), Ok(views)) = (
        ResizeObserver::new(size.as_ref().unchecked_ref()),
        IntersectionObserver::new(view.as_ref().unchecked_ref()),
    ) else {
        // Better drawn in vain than not at all.
        return in_view.set(true);
    };
    sizes.observe(canvas);
    views.observe(canvas);
    let alive = StoredValue::new_local((sizes, views, size, view));
    on_cleanup(move || {
        _ = alive.try_with_value(|(sizes, views, ..)| {
            sizes.disconnect();
            views.disconnect();
        });
    });
}

/// "Utilization over the last 60 seconds: now 97 %, lowest 80 %, highest 99 %"
fn describe(series: &Series, values: &[Option<f32>]) -> String {
    let Some((low, high, now)) = scale::summary(values) else {
        return [series.label(), ": no values"].concat();
    };
    let now = now.map_or_else(|| "unknown".to_owned(), |now| [&now.to_string(), " %"].concat());
    let (low, high) = (low.to_string(), high.to_string());
    [series.label(), ": now ", &now, ", lowest ", &low, " %, highest ", &high, " %"].concat()
}
