//! The keys, in a dialog.

use leptos::{html::Dialog, prelude::*};

const KEYS: [(&str, &str); 6] = [
    ("v", "cards or rows"),
    ("t", "theme: system, dark, light"),
    ("/", "filter processes by user, name, command, PID or container"),
    ("Esc", "clear the filter, close this"),
    ("0 – 9", "go to the GPU of this number"),
    ("?", "this help"),
];

#[component]
pub(crate) fn Help() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            _ = dialog.show_modal();
        }
    };
    let keys = KEYS.map(|(key, what)| view! { <dt><kbd>{key}</kbd></dt><dd>{what}</dd> });
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
        <dialog class="help" node_ref=dialog aria-labelledby="help-title" data-testid="help">
            <h2 id="help-title">"Keys"</h2>
            <dl>{keys.into_iter().collect_view()}</dl>
            // Closes it, in the browser's own way.
            <form method="dialog">
                <button>"Close"</button>
            </form>
        </dialog>
    }
}
