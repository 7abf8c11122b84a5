//! Rows of `--query-gpu`.

use super::{advice, mib, or_none, watts, yes};
use crate::machine::{Card, DRIVER};

/// What `--query-gpu` knows, with the heading that it has without `noheader`.
pub(super) fn listing(cards: &[Card]) -> String {
    let heading = "index, count, name, uuid, pci.bus_id, driver_version, utilization.gpu [%], \
        utilization.memory [%], utilization.encoder [%], utilization.decoder [%], utilization.jpeg [%], \
        utilization.ofa [%], memory.used [MiB], memory.total [MiB], memory.free [MiB], memory.reserved [MiB], \
        temperature.gpu, temperature.memory, power.draw [W], enforced.power.limit [W], \
        power.default_limit [W], power.max_limit [W], fan.speed [%], pstate, clocks_event_reasons.active, \
        clocks.current.graphics [MHz], clocks.current.sm [MHz], clocks.current.memory [MHz], \
        clocks.current.video [MHz], clocks.max.graphics [MHz], clocks.max.sm [MHz], clocks.max.memory [MHz], \
        pcie.link.gen.current, pcie.link.gen.max, pcie.link.width.current, pcie.link.width.max, \
        ecc.mode.current, ecc.errors.corrected.volatile.total, ecc.errors.uncorrected.volatile.total, \
        remapped_rows.uncorrectable, remapped_rows.pending, remapped_rows.failure, mig.mode.current, \
        gpu_recovery_action";
    let rows = cards.iter().enumerate().map(|(index, card)| {
        let percent = |figure| bracketed(or_none(figure, "%"));
        let plain = |figure: Option<u64>| figure.map_or("[N/A]".to_owned(), |figure| figure.to_string());
        let clock = |clock: u32| format!("{clock} MHz");
        let mut cells = vec![index.to_string(), cards.len().to_string()];
        cells.extend([card.name, card.uuid, card.bus, DRIVER].map(str::to_owned));
        cells.extend(
            [Some(card.utilization), Some(card.controller), card.encoder, card.decoder, card.jpeg, card.ofa]
                .map(percent),
        );
        cells.extend([card.used, card.total, card.free(), card.reserved].map(mib));
        cells.extend([
            card.temperature.to_string(),
            card.memory_temperature.map_or("N/A".to_owned(), |t| t.to_string()),
        ]);
        cells.extend([card.milliwatts, card.limit, card.limit_default, card.limit_max].map(watts));
        cells.extend([percent(card.fan), format!("P{}", card.state), format!("{:#018x}", card.throttle)]);
        cells.extend(card.clocks.map(clock));
        cells.extend(card.clocks_max[..3].iter().map(|max| clock(*max)));
        cells.extend(card.link.map(|part| part.to_string()));
        cells.push(if card.ecc.is_some() { "Enabled" } else { "[N/A]" }.to_owned());
        cells.extend([plain(card.ecc.map(|ecc| ecc.0)), plain(card.ecc.map(|ecc| ecc.1))]);
        cells.push(plain(card.remapped.map(|(rows, ..)| rows.into())));
        cells.extend(
            [card.remapped.map(|r| r.1), card.remapped.map(|r| r.2)]
                .map(|is| is.map_or("[N/A]", yes).to_owned()),
        );
        cells.extend(["Disabled", advice(card)].map(str::to_owned));
        cells.join(", ") + "\n"
    });
    format!("{heading}\n{}", rows.collect::<String>())
}

fn bracketed(text: String) -> String {
    if text == "N/A" { "[N/A]".to_owned() } else { text }
}
