//! What the browser's tab says: the worst that there is to say. Pure.

use super::{
    format,
    store::{Link, Machine},
};

const PRODUCT: &str = "GPU Observatory";

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All is well.
    Ok,
    /// Worth a look.
    Warn,
    /// Broken.
    Bad,
}

impl Level {
    /// The icon of the tab. It is its own address, for it also has to change when there is
    /// no server that it could be fetched from.
    #[must_use]
    pub fn icon(self) -> String {
        let picture = match self {
            Self::Ok => include_str!("../../public/favicon.svg"),
            Self::Warn => include_str!("../../public/favicon-warn.svg"),
            Self::Bad => include_str!("../../public/favicon-bad.svg"),
        };
        // All else that stands in these files may stand in an address.
        ["data:image/svg+xml,", &picture.trim_end().replace('#', "%23")].concat()
    }
}

/// The worst of link, GPUs and source, in two or three words.
#[must_use]
pub fn worst(link: Link, machine: &Machine) -> (Level, String) {
    let fleet = &machine.fleet;
    let gpus = |number, state: &str| [&format::count(number, "GPU"), state].concat();
    match link {
        Link::Reconnecting { .. } => return (Level::Bad, "Disconnected".to_owned()),
        Link::Stale { .. } if fleet.lost == 0 => return (Level::Warn, "Stale".to_owned()),
        _ => {}
    }
    if fleet.lost > 0 {
        (Level::Bad, gpus(fleet.lost, " lost"))
    } else if fleet.unreadable > 0 {
        (Level::Warn, gpus(fleet.unreadable, " unreadable"))
    } else if let Some(hottest) = fleet.hottest.filter(super::store::Hottest::is_hot) {
        (Level::Warn, ["GPU\u{a0}", &hottest.id.to_string(), " hot"].concat())
    } else {
        (Level::Ok, String::new())
    }
}

/// The tab's title: what is wrong, the host, the product, and whether all of it is invented.
#[must_use]
pub fn title(link: Link, machine: &Machine) -> String {
    let (_, worst) = worst(link, machine);
    let mut parts = Vec::with_capacity(4);
    if !worst.is_empty() {
        parts.push(["▲ ", &worst].concat());
    }
    parts.extend(machine.hostname().map(str::to_owned));
    parts.push(PRODUCT.to_owned());
    if machine.simulated {
        parts.push("simulated data".to_owned());
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        telemetry::Host,
        ui::store::{Fleet, Hottest},
    };

    const LIVE: Link = Link::Live { age: 1 };

    #[test]
    fn each_icon_is_a_whole_address() {
        let icons = [Level::Ok, Level::Warn, Level::Bad].map(Level::icon);
        for icon in &icons {
            assert!(icon.starts_with("data:image/svg+xml,<svg ") && icon.ends_with("</svg>"), "{icon}");
            let odd = |c: char| !c.is_ascii_graphic() && c != ' ' || matches!(c, '#' | '"');
            assert!(!icon.contains(odd), "{icon}");
        }
        assert!(icons[0] != icons[1] && icons[1] != icons[2] && icons[2] != icons[0]);
    }

    fn machine(fleet: Fleet) -> Machine {
        let host = Host { hostname: Some("atlas".into()), ..Host::default() };
        Machine { fleet, host: Some(host), ..Machine::default() }
    }

    #[test]
    fn trouble_comes_first() {
        let sound = machine(Fleet::default());
        assert_eq!(title(LIVE, &sound), "atlas · GPU Observatory");
        let lost = Link::Reconnecting { in_seconds: 3, age: None, full: false };
        assert_eq!(title(lost, &sound), "▲ Disconnected · atlas · GPU Observatory");
        let demo = Machine { simulated: true, ..Machine::default() };
        assert_eq!(title(Link::Connecting, &demo), "GPU Observatory · simulated data");
    }

    #[test]
    fn the_worst_is_told() {
        let hottest = Some(Hottest { id: 5, temperature: 86, slowdown: Some(87) });
        let hot = Fleet { hottest, ..Fleet::default() };
        let unreadable = Fleet { unreadable: 2, ..hot.clone() };
        let lost = Fleet { lost: 1, ..unreadable.clone() };
        let stale = Link::Stale { age: 9 };
        for (link, fleet, level, words) in [
            (LIVE, Fleet::default(), Level::Ok, ""),
            (LIVE, hot, Level::Warn, "GPU 5 hot"),
            (LIVE, unreadable.clone(), Level::Warn, "2 GPUs unreadable"),
            (LIVE, lost.clone(), Level::Bad, "1 GPU lost"),
            (stale, lost, Level::Bad, "1 GPU lost"),
            (stale, unreadable, Level::Warn, "Stale"),
        ] {
            let (is, said) = worst(link, &machine(fleet));
            assert_eq!((is, said.replace('\u{a0}', " ").as_str()), (level, words));
        }
    }
}
