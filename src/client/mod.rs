//! The browser half: the socket, and the browser around the page.

mod backoff;
#[cfg(feature = "hydrate")]
mod pointing;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod version;
#[cfg(feature = "hydrate")]
mod window;

#[cfg(feature = "hydrate")]
pub use start::start;
#[cfg(feature = "hydrate")]
mod start;
