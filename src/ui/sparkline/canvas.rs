//! A plot's canvas: when it is drawn, how large it is, and what it tells a reader
//! who cannot see it.

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlCanvasElement, ResizeObserver};

use super::{Series, draw, scale, values};
use crate::ui::store::Store;

/// Draws the series whenever there is something new, the canvas changes its size,
/// or the page its colours.
pub(super) fn connect(store: Store, series: Series, node: NodeRef<Canvas>) {
    let resized = RwSignal::new(());
    Effect::new(move |_| {
        if let Some(canvas) = node.get() {
            watch_size(&canvas, resized);
        }
    });
    let mut told = String::new();
    Effect::new(move |_| {
        store.drawn.track();
        store.theme.track();
        resized.track();
        let Some(canvas) = node.get() else { return };
        let values = store.with_history(|history| {
            let values = values(&series, history, store);
            draw::draw(&canvas, &scale::stretches(&history.times, &values));
            values
        });
        let words = describe(&series, &values);
        // Not a part of the view, which would draw it on the server too.
        if words != told && canvas.set_attribute("aria-label", &words).is_ok() {
            told = words;
        }
    });
}

/// Notifies `resized` of every change of the canvas' size, as long as it lives.
fn watch_size(canvas: &HtmlCanvasElement, resized: RwSignal<()>) {
    let closure = Closure::<dyn FnMut()>::new(move || resized.notify());
    let Ok(observer) = ResizeObserver::new(closure.as_ref().unchecked_ref()) else { return };
    observer.observe(canvas);
    let alive = StoredValue::new_local((observer, closure));
    on_cleanup(move || _ = alive.try_with_value(|(observer, _)| observer.disconnect()));
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
