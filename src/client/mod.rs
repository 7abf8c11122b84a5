//! The browser half: the socket, and the browser around the page: keys, tab, preferences,
//! notifications.

mod backoff;
#[cfg(feature = "hydrate")]
mod chosen;
#[cfg(feature = "hydrate")]
mod keyboard;
#[cfg(feature = "hydrate")]
mod notifier;
#[cfg(feature = "hydrate")]
mod on_cards;
#[cfg(feature = "hydrate")]
mod pointing;
mod preferences;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod tab;
#[cfg(feature = "hydrate")]
mod version;
#[cfg(feature = "hydrate")]
mod window;

#[cfg(feature = "hydrate")]
pub use start::start;
#[cfg(feature = "hydrate")]
mod start;
