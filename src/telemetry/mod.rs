//! The vocabulary that server and client share: what a sample of the machine is,
//! how it looks on the wire, and the ring that keeps its last minute.
//!
//! Nothing here reads a device, a clock or a browser. Every metric is optional:
//! `None` is sent as `null`, and the reason stands beside it in `unavailable`.

mod event;
mod gpu;
mod history;
mod host;
mod last_known;
mod limiter;
mod metric;
mod mig;
mod process;
mod provider;
mod reason;
mod small_map;
mod snapshot;
mod timestamp;
mod wire;

pub use event::{Event, EventKind};
pub use gpu::{Gpu, GpuState, RecoveryAction};
pub use history::{GpuTrack, History, HostTrack, WINDOW_MS};
pub use host::Host;
pub use last_known::LastKnown;
pub use limiter::{Limiter, LimiterShares};
pub use metric::{Metric, ProcessMetric};
pub use mig::MigInstance;
pub use process::{Process, ProcessKind};
pub use provider::{Attempt, Provider};
pub use reason::{Reason, Unavailable};
pub use small_map::SmallMap;
pub use snapshot::{Demo, ServerInfo, Snapshot};
pub use timestamp::Timestamp;
