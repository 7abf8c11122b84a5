//! Temperature, power, fan, encoder and decoder of a GPU, as far as its source tells them.

use leptos::prelude::*;

use super::{
    format::{self, Quantity},
    piece::{Piece, live},
    shown::{Shown, Tone, untold},
    store::{Card, is_hot},
    value::value,
};
use crate::telemetry::{Gpu, Metric, Reason};

/// All of them at once: most change with each sample.
#[component]
pub(crate) fn Tiles(card: Card) -> impl IntoView {
    let tiles = move || {
        let gpu = card.gpu.read();
        let gpu = gpu.known();
        let second = ("decoder", decoder(gpu));
        [
            tile("Temp", gpu, Metric::Temperature, ("temperature", temperature(gpu)), None),
            tile("Power", gpu, Metric::PowerUsage, ("power", power(gpu)), None),
            tile("Fan", gpu, Metric::FanSpeed, ("fan", fan(gpu)), None),
            tile("Enc/Dec", gpu, Metric::DecoderUtilization, ("encoder", encoder(gpu)), Some(second)),
        ]
    };
    live(move || Piece::new("dl").with("class", "tiles").holding(tiles()))
}

/// One value, or two with a stroke between them; hidden where the source never tells `metric`.
fn tile(
    name: &'static str,
    gpu: &Gpu,
    metric: Metric,
    first: (&'static str, Shown),
    second: Option<(&'static str, Shown)>,
) -> Piece {
    let second = second
        .into_iter()
        .flat_map(|(testid, shown)| [Piece::new("small").saying("/"), value(testid, shown)]);
    let values = Piece::new("dd").holding([value(first.0, first.1)]).holding(second);
    let name = Piece::new("dt").saying(name);
    Piece::new("div").hidden(untold(gpu, metric)).holding([name, values])
}

pub(super) fn temperature(gpu: &Gpu) -> Shown {
    let mut shown = Shown::of(gpu, Metric::Temperature, gpu.temperature.map(format::temperature));
    if let Some(slowdown) = gpu.temperature_slowdown.filter(|_| gpu.temperature.is_some()) {
        shown.note = Some(["slows down at ", &format::temperature(slowdown).text()].concat());
    }
    let hot = gpu.temperature.is_some_and(|temperature| is_hot(temperature, gpu.temperature_slowdown));
    shown.toned(if hot { Tone::Warn } else { Tone::Plain })
}

pub(super) fn power(gpu: &Gpu) -> Shown {
    let quantity = gpu.power_usage.map(|watts| {
        gpu.power_limit.map_or_else(|| format::power(watts), |limit| tight(format::power_of(watts, limit)))
    });
    Shown::of(gpu, Metric::PowerUsage, quantity)
}

/// "652/700 W": a tile has no room for spaces around the stroke.
fn tight(mut quantity: Quantity) -> Quantity {
    if let Some((_, limit)) = quantity.unit.split_once('/') {
        quantity.unit = ["/", limit.trim_start()].concat();
    }
    quantity
}

fn fan(gpu: &Gpu) -> Shown {
    if gpu.fan_speed.is_none() && gpu.unavailable.get(&Metric::FanSpeed) == Some(&Reason::NotSupported) {
        return Shown {
            unit: "passive".to_owned(),
            note: Some("no fan of its own".to_owned()),
            ..Shown::default()
        };
    }
    Shown::of(gpu, Metric::FanSpeed, gpu.fan_speed.map(|percent| format::percent(percent.into())))
}

/// The number alone: the decoder's unit behind the stroke is for both.
fn encoder(gpu: &Gpu) -> Shown {
    let percent = gpu.encoder_utilization.map(|percent| format::percent(percent.into()));
    Shown { unit: String::new(), ..Shown::of(gpu, Metric::EncoderUtilization, percent) }
}

fn decoder(gpu: &Gpu) -> Shown {
    Shown::of(
        gpu,
        Metric::DecoderUtilization,
        gpu.decoder_utilization.map(|percent| format::percent(percent.into())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::format::THIN;

    fn plain(shown: &Shown) -> String {
        [shown.text.as_str(), &shown.unit].concat().replace(THIN, " ")
    }

    #[test]
    fn heat_near_the_threshold_is_worth_a_look() {
        let mut gpu = Gpu { temperature: Some(83), temperature_slowdown: Some(87), ..Gpu::default() };
        assert_eq!((plain(&temperature(&gpu)).as_str(), temperature(&gpu).tone), ("83 °C", Tone::Warn));
        gpu.temperature = Some(64);
        assert_eq!((plain(&temperature(&gpu)).as_str(), temperature(&gpu).tone), ("64 °C", Tone::Plain));
    }

    #[test]
    fn full_power_is_no_alarm() {
        let gpu = Gpu { power_usage: Some(700.2), power_limit: Some(700.0), ..Gpu::default() };
        assert_eq!((plain(&power(&gpu)).as_str(), power(&gpu).tone), ("700/700 W", Tone::Plain));
    }

    #[test]
    fn no_fan_is_passive_and_an_unread_fan_is_unknown() {
        let mut gpu = Gpu::default();
        gpu.set(Metric::FanSpeed, |gpu| &mut gpu.fan_speed, Err(Reason::NotSupported));
        assert_eq!(plain(&fan(&gpu)), "passive");
        gpu.set(Metric::FanSpeed, |gpu| &mut gpu.fan_speed, Err(Reason::NoPermission));
        assert_eq!(
            (fan(&gpu).tone, fan(&gpu).note.as_deref()),
            (Tone::Unknown, Some("no permission to read it"))
        );
        gpu.set(Metric::FanSpeed, |gpu| &mut gpu.fan_speed, Ok(0));
        assert_eq!(plain(&fan(&gpu)), "0 %");
    }
}
