//! Whether those who do not read hold up those who do.

use std::{io, time::Duration};

use bench::{
    fake::Machine,
    statistics::{Run, repeat},
};
use serde_json::{Value, json};

use super::{FAST, stream::number};
use crate::{arguments::Arguments, load::Load, server::Server, watch::Watch};

const OTHERS: usize = 100;
/// What the kernel keeps for one that does not read has to be full before anybody
/// notices, and then the server has patience.
const LONG_ENOUGH: f64 = 75.0;

/// The longest time without a message, without and with the two; and when the server let
/// go of them.
pub(super) fn measure(arguments: &Arguments) -> io::Result<Value> {
    let machine = Machine::usual(&arguments.library)?;
    let mut all = json!({});
    for (name, both) in [("without", false), ("with", true)] {
        eprintln!("  {name} them");
        let seconds = if both { LONG_ENOUGH.max(arguments.seconds) } else { arguments.seconds };
        let (stalled, slow) = (usize::from(both), usize::from(both));
        let load = Load { stalled, slow, ..Load::plain(OTHERS, seconds) };
        all[name] = repeat(arguments.runs, || {
            let server = Server::start(arguments, &machine, FAST)?;
            let mut watch = Watch::new(&server.meter);
            let told = load.run(arguments, &server, |now| watch.look_for_leavers(now))?;
            let mut figures = [
                ("longestGapMs", number(&told, "/longestGapMicros") / 1e3),
                ("latencyP99Ms", number(&told, "/latencyMicros/p99") / 1e3),
                ("atEnd", number(&told, "/viewers/atEnd")),
                ("rateHz", number(&told, "/ratePerViewerHz/mean")),
            ]
            .into_iter()
            .collect::<Run>();
            let after = |which: usize| watch.let_go().get(which).map(Duration::as_secs_f64);
            if let Some(seconds) = after(0) {
                figures.insert("firstDroppedAfterSeconds", seconds);
            }
            if let Some(seconds) = after(1) {
                figures.insert("secondDroppedAfterSeconds", seconds);
            }
            Ok(figures)
        })?;
    }
    Ok(all)
}
