//! The connection to the server, as the reader is told. Pure.

/// State of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// First load: the page is as the server drew it.
    #[default]
    Connecting,
    /// Fresh samples come in.
    Live {
        /// Whole seconds since the last came in, rounded up.
        age: u32,
    },
    /// The server answers but has no fresh sample.
    Stale {
        /// Whole seconds since the last came in, rounded up.
        age: u32,
    },
    /// The server does not answer.
    Reconnecting {
        /// Seconds to the next attempt; 0 while one is under way.
        in_seconds: u32,
        /// Whole seconds since the last sample came in; `None` where none did.
        age: Option<u32>,
        /// It did, but has no room for another client.
        full: bool,
    },
}

/// A silent server says something at least this often.
const KEEPALIVE_MS: f64 = 5000.0;

/// Silence after which the connection counts as dead.
pub const SILENCE_MS: f64 = KEEPALIVE_MS + 3000.0;

/// What the ages of the data say about an open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Fresh.
    Live,
    /// Nothing new for too long.
    Stale,
    /// Nothing at all for too long.
    Dead,
}

/// Judges by three durations in milliseconds: since the last message, since the
/// last message with a new sample, and between two samples of the server.
#[must_use]
pub fn judge(since_message: f64, since_sample: f64, interval: f64) -> Verdict {
    // Equal samples are skipped for up to one keepalive, so younger data than
    // that is no proof of anything.
    let patience = (3.0 * interval).max(KEEPALIVE_MS + 2000.0);
    if since_message > SILENCE_MS {
        Verdict::Dead
    } else if since_sample > patience {
        Verdict::Stale
    } else {
        Verdict::Live
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_machine_is_live_between_two_keepalives() {
        assert_eq!(judge(5200.0, 5200.0, 1000.0), Verdict::Live);
        assert_eq!(judge(200.0, 5400.0, 100.0), Verdict::Live);
    }

    #[test]
    fn messages_without_a_new_sample_are_stale() {
        assert_eq!(judge(300.0, 7100.0, 1000.0), Verdict::Stale);
        assert_eq!(judge(300.0, 7100.0, 10_000.0), Verdict::Live, "it samples rarely");
        assert_eq!(judge(300.0, 30_100.0, 10_000.0), Verdict::Stale);
    }

    #[test]
    fn silence_is_death() {
        assert_eq!(judge(8100.0, 8100.0, 10_000.0), Verdict::Dead);
    }
}
