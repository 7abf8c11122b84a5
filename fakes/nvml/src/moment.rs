//! One instant of the scenario.

use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::codes::Outcome;
use crate::scenario::{PerSymbol, Scenario};
use crate::state;

/// The scenario and its time, fixed for one call so that all its values agree.
pub(crate) struct Moment {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) time: f64,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { scenario: state::current(), time: clock::seconds() }
    }

    /// How many GPUs there are now.
    pub(crate) fn gpu_count(&self) -> usize {
        self.scenario.gpu_count(self.time)
    }

    /// How long the scenario holds up calls of this symbol.
    pub(crate) fn delay(&self, symbol: &str) -> Option<Duration> {
        pause(&self.scenario.delays_ms, symbol, self.time)
    }

    /// Fails as the scenario wants calls of this symbol to fail.
    pub(crate) fn fault(&self, symbol: &str) -> Outcome<()> {
        fault(&self.scenario.errors, symbol, self.time)
    }
}

/// The delay that a table has for a symbol, if any.
pub(crate) fn pause(delays: &PerSymbol, symbol: &str, time: f64) -> Option<Duration> {
    let millis = delays.get(symbol)?.u64(time).ok()?;
    (millis > 0).then(|| Duration::from_millis(millis))
}

/// The error that a table has for a symbol; 0 and null stand for none.
pub(crate) fn fault(errors: &PerSymbol, symbol: &str, time: f64) -> Outcome<()> {
    match errors.get(symbol).or_else(|| errors.get("*")).map(|code| code.u32(time)) {
        Some(Ok(code)) if code != 0 => Err(code),
        _ => Ok(()),
    }
}
