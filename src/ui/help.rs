//! The keys, in a dialog.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlDialogElement};

use super::live::click;

const DIALOG: &str = "help";

#[component]
pub(crate) fn Help() -> impl IntoView {
    let open = click(|| {
        let dialog = document().get_element_by_id(DIALOG);
        if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
            _ = dialog.show_modal();
        }
    });
    view! {
        <button
            type="button"
            class="icon"
            aria-label="Keyboard help"
            title="Keyboard help"
            aria-keyshortcuts="?"
            aria-haspopup="dialog"
            on:click=open
        >
            "?"
        </button>
        <dialog id=DIALOG class="help" aria-labelledby="help-title" data-testid="help">
            <h2 id="help-title">"Keys"</h2>
            <dl>
                <dt><kbd>"v"</kbd></dt>
                <dd>"cards or rows"</dd>
                <dt><kbd>"t"</kbd></dt>
                <dd>"theme: like the system, dark, light"</dd>
                <dt><kbd>"p"</kbd></dt>
                <dd>"pause and look back, or go on"</dd>
                <dt><kbd>"← →"</kbd></dt>
                <dd>"while paused, or on a plot: step through the last minute"</dd>
                <dt><kbd>"/"</kbd></dt>
                <dd>"filter processes by user, name, command, PID or container"</dd>
                <dt><kbd>"Esc"</kbd></dt>
                <dd>"clear the filter, close this"</dd>
                <dt><kbd>"0 – 9"</kbd></dt>
                <dd>"go to the GPU of this number"</dd>
                <dt><kbd>"?"</kbd></dt>
                <dd>"this help"</dd>
            </dl>
            <p>
                <span class="bell" aria-hidden="true"></span>
                "A bell on a card or beside a process asks to be told when the GPU is free or the process \
                 ended: by the browser, by this page and in the title of its tab, once, while it is open."
            </p>
            // Closes it, in the browser's own way.
            <form method="dialog">
                <button>"Close"</button>
            </form>
        </dialog>
    }
}
