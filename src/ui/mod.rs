//! The page: drawn by the server with the current values in it, and taken over by
//! the client, which keeps it current.
#![allow(unreachable_pub, reason = "the builders that the component macro writes are public")]

mod announcer;
mod app;
mod banners;
mod bell;
mod cards;
mod controls;
mod demo;
mod details;
mod effect;
mod events;
mod export;
mod filter;
mod format;
mod gpu_card;
mod gpu_row;
mod header;
mod health;
mod held_back;
mod help;
mod host;
mod insight;
mod link_badge;
mod list;
mod live;
#[cfg(feature = "ssr")]
mod login;
mod memory_ledger;
mod mig;
mod no_gpu;
mod overview;
mod pick;
mod piece;
mod process_table;
mod seed;
mod sentences;
#[cfg(feature = "ssr")]
mod shell;
mod shown;
mod sources;
mod sparkline;
pub mod store;
mod tiles;
mod time_bar;
mod title;
mod value;
mod watching;

pub use app::App;
#[cfg(feature = "hydrate")]
pub(crate) use effect::effect;
#[cfg(feature = "ssr")]
pub use login::login;
pub use process_table::called;
pub use seed::Seed;
#[cfg(feature = "ssr")]
pub use shell::shell;
#[cfg(feature = "hydrate")]
pub use sparkline::draw_plots;
pub use time_bar::told;
pub use title::{Level, title, worst};
