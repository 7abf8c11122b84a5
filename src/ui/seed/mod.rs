//! The values that a page starts with.

mod codec;

use std::sync::Arc;

use leptos::prelude::SharedValue;

use self::codec::SeedCodec;
use crate::telemetry::Snapshot;

/// The values that a page starts with: a context that the server provides with
/// each request. The page works without, and is then empty.
#[derive(Clone, Debug)]
pub struct Seed(pub Arc<Snapshot>);

/// What the server drew from travels with the page, so that the client starts from the
/// very same values.
pub(super) fn planted() -> Snapshot {
    SharedValue::<_, SeedCodec>::new_with_encoding(given).into_inner()
}

/// What the server was given. The plots wait for the first message anyway.
#[cfg(feature = "ssr")]
fn given() -> Snapshot {
    let seed = leptos::prelude::use_context::<Seed>().map(|Seed(snapshot)| Snapshot::clone(&snapshot));
    Snapshot { history: None, ..seed.unwrap_or_default() }
}

/// A browser has nothing but what came with the page.
#[cfg(not(feature = "ssr"))]
fn given() -> Snapshot {
    Snapshot::default()
}
