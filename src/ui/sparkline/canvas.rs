//! A plot's canvas: when it is drawn, how large it is, and what it tells a reader
//! who cannot see it.

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlCanvasElement, ResizeObserver, js_sys::Array};

use super::{Series, draw, scale, values};
use crate::ui::store::Store;

/// Draws the series whenever there is something new, the canvas changes its size,
/// or the page its colours.
pub(super) fn connect(store: Store, series: Series, node: NodeRef<Canvas>, label: RwSignal<String>) {
    let size = RwSignal::new((0, 0));
    Effect::new(move |_| {
        if let Some(canvas) = node.get() {
            watch_size(&canvas, size);
        }
    });
    // Asking for the colour makes the browser compute styles: only when it may differ.
    let colour = Memo::new(move |_| {
        store.theme.track();
        node.get().map(|canvas| draw::colour(&canvas))
    });
    Effect::new(move |_| {
        store.drawn.track();
        let (Some(canvas), Some(colour), (width, height)) = (node.get(), colour.get(), size.get()) else {
            return;
        };
        if width == 0 || height == 0 {
            return;
        }
        store.with_history(|history| {
            let values = values(&series, history, store);
            draw::draw(&canvas, (width, height), colour, &scale::stretches(&history.times, &values));
            let words = describe(&series, &values);
            if label.with_untracked(|label| *label != words) {
                label.set(words);
            }
        });
    });
}

/// Keeps `size` at the canvas' size in CSS pixels, as long as the canvas lives.
fn watch_size(canvas: &HtmlCanvasElement, size: RwSignal<(i32, i32)>) {
    let seen = canvas.clone();
    let closure = Closure::<dyn FnMut(Array)>::new(move |_| {
        let now = (seen.client_width(), seen.client_height());
        if size.try_get_untracked().is_some_and(|before| before != now) {
            size.set(now);
        }
    });
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
