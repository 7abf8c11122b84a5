//! Pointing at instants, and stepping through them: mouse, finger and keys.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, PointerEvent};

use super::window::{listen_to, listen_to_keys};
use crate::ui::{effect, store::Store, told};

const PLOT: &str = ".plot";
const CANVAS: &str = ".plot canvas";

/// Listens for as long as the page lives.
pub(super) fn listen(store: Store) {
    for name in ["pointerdown", "pointermove", "pointerout"] {
        listen_to(name, move |event| {
            if let Ok(event) = event.dyn_into::<PointerEvent>() {
                pointed(store, &event);
            }
        });
    }
    listen_to("focusout", move |event| {
        if matches(event.target(), CANVAS) {
            store.point_away();
        }
    });
    listen_to_keys(move |event| {
        if pressed(store, &event.key(), event.target()) {
            event.prevent_default();
        }
    });
    let mut before = false;
    effect(move || {
        let paused = store.moment.get().paused;
        if paused.is_some() || before {
            say(&told(paused.as_ref(), store.zone.get_untracked()));
        }
        before = paused.is_some();
    });
}

fn pointed(store: Store, event: &PointerEvent) {
    let moment = store.moment.get_untracked();
    let plot = element(event.target()).and_then(|target| target.closest(PLOT).ok().flatten());
    // A finger that is lifted leaves its mark, a mouse that leaves takes it along.
    let out = event.type_() == "pointerout";
    match plot {
        Some(_) if out => {}
        Some(plot) => {
            let rect = plot.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
            if moment.paused.is_some() && event.buttons() == 1 {
                store.go_to(share);
            } else {
                store.point(share);
            }
            return;
        }
        None => {}
    }
    let gone = !out || event.related_target().is_none();
    if gone && moment.pointed.is_some() && (event.pointer_type() == "mouse" || event.type_() == "pointerdown")
    {
        store.point_away();
    }
}

/// Whether the key meant something here.
fn pressed(store: Store, key: &str, target: Option<EventTarget>) -> bool {
    if matches(target.clone(), "input, textarea, select, [contenteditable], dialog *") {
        return false;
    }
    let way = match key {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        "Home" => isize::MIN,
        "End" => isize::MAX,
        _ => 0,
    };
    let on_plot = matches(target.clone(), CANVAS);
    let paused = store.moment.get_untracked().paused.is_some();
    match way {
        0 => {
            if on_plot && key == "Escape" {
                store.point_away();
            }
            return false;
        }
        -1 | 1 if paused => store.step(way),
        _ if !on_plot => return false,
        _ if paused => store.step(way),
        _ => {
            store.point_on(way);
            // The mark is written before the next task.
            set_timeout(move || tell(target), std::time::Duration::ZERO);
        }
    }
    true
}

/// Says what the mark of the plot in focus says.
fn tell(target: Option<EventTarget>) {
    let mark = element(target).and_then(|plot| plot.next_element_sibling());
    say(&mark.and_then(|mark| mark.text_content()).unwrap_or_default());
}

/// Says something to a reader who does not see the page.
fn say(words: &str) {
    if let Ok(Some(said)) = document().query_selector(".said") {
        said.set_text_content(Some(words));
    }
}

fn element(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into().ok()
}

fn matches(target: Option<EventTarget>, selector: &str) -> bool {
    element(target).is_some_and(|target| target.matches(selector).unwrap_or(false))
}
