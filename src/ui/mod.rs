//! The page.
#![allow(missing_docs)]
use leptos::prelude::*;
#[derive(Clone, Debug)]
pub struct Seed(pub std::sync::Arc<crate::telemetry::Snapshot>);
pub fn shell(_o: leptos_config::LeptosOptions, _base: String) -> impl IntoView {
    view! { <p>"hi"</p> }
}
