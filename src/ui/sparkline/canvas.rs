//! The plots' canvases: when they are drawn, how large they are, and what they tell a
//! reader who cannot see them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    Element, HtmlCanvasElement, IntersectionObserver, IntersectionObserverEntry, ResizeObserver,
    ResizeObserverEntry, js_sys::Array,
};

use super::{
    Series,
    draw::{Brush, Size},
    mark, scale, values,
};
use crate::ui::{
    effect::effect,
    store::{Field, Store},
};

/// What is not even a pixel wide is drawn anew about once a second.
const NARROWEST: f64 = 60.0;

/// A canvas and what is on it.
struct Plot {
    store: Store,
    series: Series,
    canvas: HtmlCanvasElement,
    brush: RefCell<Option<Brush>>,
    /// CSS pixels.
    size: Cell<Size>,
    in_view: Field<bool>,
    /// The newest time that was drawn, in milliseconds; `None` where all has to be drawn anew.
    drawn: Cell<Option<u64>>,
    told: RefCell<String>,
}

/// All plots of the page, and what watches over their canvases.
#[derive(Default)]
struct Easel {
    plots: RefCell<Vec<Rc<Plot>>>,
    observers: RefCell<Option<(ResizeObserver, IntersectionObserver)>>,
    /// They are going to be drawn before the next paint.
    called: Cell<bool>,
}

thread_local! {
    static EASEL: Easel = Easel::default();
}

/// Draws all plots, in one go before the next paint, whenever there is something new or
/// the page changed its colours.
pub fn draw_plots(store: Store) {
    effect(move || {
        store.drawn.track();
        draw_soon();
    });
    effect(move || {
        store.theme.track();
        for plot in plots() {
            plot.brush.replace(None);
            plot.drawn.set(None);
        }
        draw_soon();
    });
}

fn plots() -> Vec<Rc<Plot>> {
    EASEL.with(|easel| easel.plots.borrow().clone())
}

fn draw_soon() {
    if !EASEL.with(|easel| easel.called.replace(true)) {
        request_animation_frame(|| {
            EASEL.with(|easel| easel.called.set(false));
            let ratio = window().device_pixel_ratio();
            for plot in plots() {
                plot.draw(ratio);
            }
        });
    }
}

/// Has the series drawn on this canvas for as long as the current owner lives.
pub(super) fn connect(store: Store, series: Series, node: NodeRef<Canvas>) {
    let in_view = Field::new(false);
    mark::follow(store, series.clone(), node, in_view);
    effect(move || {
        let Some(canvas) = node.get() else { return };
        let plot = Rc::new(Plot {
            store,
            series: series.clone(),
            canvas,
            brush: RefCell::default(),
            size: Cell::default(),
            in_view,
            drawn: Cell::new(None),
            told: RefCell::default(),
        });
        let kept = StoredValue::new_local(plot.clone());
        on_cleanup(move || _ = kept.try_with_value(forget));
        watch(&plot.canvas, in_view);
        EASEL.with(|easel| easel.plots.borrow_mut().push(plot));
        draw_soon();
    });
}

fn forget(plot: &Rc<Plot>) {
    EASEL.with(|easel| {
        easel.plots.borrow_mut().retain(|other| !Rc::ptr_eq(other, plot));
        if let Some((sizes, views)) = &*easel.observers.borrow() {
            sizes.unobserve(&plot.canvas);
            views.unobserve(&plot.canvas);
        }
    });
}

/// Keeps size and view of this canvas known.
fn watch(canvas: &HtmlCanvasElement, in_view: Field<bool>) {
    EASEL.with(|easel| {
        let mut observers = easel.observers.borrow_mut();
        if observers.is_none() {
            *observers = observe().ok();
        }
        match &*observers {
            Some((sizes, views)) => {
                sizes.observe(canvas);
                views.observe(canvas);
            }
            // Better drawn in vain than not at all.
            None => in_view.set(true),
        }
    });
}

/// The observers of all canvases; they live as long as the page.
fn observe() -> Result<(ResizeObserver, IntersectionObserver), JsValue> {
    let sizes = Closure::<dyn FnMut(Array)>::new(|entries: Array| {
        for entry in entries {
            let entry = entry.unchecked_into::<ResizeObserverEntry>();
            let rect = entry.content_rect();
            with_plot(&entry.target(), |plot| plot.size.set((rect.width(), rect.height())));
        }
    });
    let views = Closure::<dyn FnMut(Array)>::new(|entries: Array| {
        // The latest of a canvas is the last.
        for entry in entries {
            let entry = entry.unchecked_into::<IntersectionObserverEntry>();
            with_plot(&entry.target(), |plot| plot.in_view.set(entry.is_intersecting()));
        }
    });
    let observers = (
        ResizeObserver::new(sizes.as_ref().unchecked_ref())?,
        IntersectionObserver::new(views.as_ref().unchecked_ref())?,
    );
    sizes.forget();
    views.forget();
    Ok(observers)
}

/// Tells the plot on this canvas something, and draws it anew at once: what comes from
/// an observer comes between layout and paint.
fn with_plot(canvas: &Element, tell: impl Fn(&Plot)) {
    for plot in plots().iter().filter(|plot| canvas.is_same_node(Some(&plot.canvas))) {
        tell(plot);
        plot.drawn.set(None);
        plot.draw(window().device_pixel_ratio());
    }
}

impl Plot {
    /// Draws the series if that shows anything new: its line has to move by a pixel.
    fn draw(&self, ratio: f64) {
        self.store.with_history(|history| {
            let Some(newest) = history.times.last().copied() else { return };
            let (width, _) = self.size.get();
            if self.drawn.get().is_some_and(|drawn| scale::moved(drawn, newest) * width.max(NARROWEST) < 1.0)
            {
                return;
            }
            let values = values(&self.series, history, self.store);
            if self.in_view.get_untracked() {
                let mut brush = self.brush.borrow_mut();
                if brush.is_none() {
                    *brush = Brush::new(&self.canvas);
                }
                if let Some(brush) = &mut *brush {
                    brush.draw(self.size.get(), ratio, &scale::stretches(&history.times, &values));
                }
            }
            self.drawn.set(Some(newest));
            let words = describe(&self.series, &values);
            // Not a part of the view, which would draw it on the server too.
            if *self.told.borrow() != words && self.canvas.set_attribute("aria-label", &words).is_ok() {
                self.told.replace(words);
            }
        });
    }
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
