//! Samples the machine, publishes each sample to everybody, serves the page.
//!
//! ```text
//! sampler (own thread) -> feed (latest sample, encoded once) -> socket, api, page
//! ```

mod api;
mod crowd;
mod demo;
mod door;
mod feed;
#[cfg(any(feature = "fuzz", test))]
pub(crate) mod fuzz;
mod guard;
mod health;
mod login;
mod metrics;
mod outage;
mod pace;
mod page;
mod places;
mod routes;
mod run;
mod sampler;
mod scene;
mod site;
mod socket;
mod state;

pub use feed::{Deflate, Delivery, Feed, Frame, Listener};
pub use health::{Health, Status};
pub use pace::Pace;
pub use run::{Server, serve};
pub use sampler::{Order, Sampler};
pub use scene::Scene;
pub use site::Site;
