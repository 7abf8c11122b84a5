//! Sentences with commands in them.

use leptos::{either::Either, prelude::*};

/// The line, with what stands between backticks set as code.
pub(super) fn marked(line: &str) -> impl IntoView + use<> {
    let parts = line.split('`').enumerate().map(|(n, part)| {
        let part = part.to_owned();
        if n % 2 == 0 { Either::Left(part) } else { Either::Right(view! { <code>{part}</code> }) }
    });
    parts.collect_view()
}
