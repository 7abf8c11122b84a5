//! The host in the strip.

use leptos::prelude::*;

use super::{
    format,
    live::flag,
    shown::Shown,
    sparkline::{Series, Sparkline},
    store::Store,
    value::live_value,
};
use crate::telemetry::{Host, Reason};

#[component]
pub(crate) fn HostCell(store: Store) -> impl IntoView {
    let value = move |testid, read: fn(&Host) -> Option<Shown>| {
        live_value(testid, move || {
            let machine = store.machine.read();
            let shown = machine.host.as_ref().and_then(read);
            shown.unwrap_or_else(|| Shown::missing(Some(Reason::NotSupported)))
        })
    };
    let hidden = flag(move || store.machine.read().host.is_none());
    view! {
        <div class="cell host" hidden=hidden>
            <h2>"Host"<span class="aside">{value("host-uptime", uptime)}</span></h2>
            <dl>
                <dt>"CPU"</dt>
                <dd>{value("host-cpu", cpu)}</dd>
                <dt>"Memory"</dt>
                <dd>{value("host-memory", memory)}</dd>
                <dt>"Load"</dt>
                <dd>{value("host-load", load)}</dd>
                <dt>"Disk"</dt>
                <dd>{value("host-disk", disk)}</dd>
            </dl>
            <Sparkline store series=Series::HostCpu class="plot low cpu" testid="spark-cpu"/>
        </div>
    }
}

fn uptime(host: &Host) -> Option<Shown> {
    host.uptime.map(|seconds| Shown::text(["up ", &format::duration(seconds)].concat()))
}

fn cpu(host: &Host) -> Option<Shown> {
    host.cpu_usage.map(|percent| format::percent(percent).into())
}

fn memory(host: &Host) -> Option<Shown> {
    Some(format::memory_of(mib(host.memory_used?), mib(host.memory_total?)).into())
}

fn load(host: &Host) -> Option<Shown> {
    let text = host.load_average?.map(format::tenths).join(" ");
    Some(Shown { note: Some("over 1, 5 and 15 minutes".to_owned()), ..Shown::text(text) })
}

fn disk(host: &Host) -> Option<Shown> {
    let (used, total) = (mib(host.disk_used?), mib(host.disk_total?));
    let percent = format::percent(format::share(used, total));
    Some(Shown { note: Some([&format::memory_of(used, total).text(), " on /"].concat()), ..percent.into() })
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::format::THIN;

    #[test]
    fn bytes_become_gib_and_unknown_stays_unknown() {
        let host = Host {
            memory_used: Some(214 << 30),
            memory_total: Some(1 << 40),
            load_average: Some([12.41, 11.9, 10.75]),
            disk_used: Some(61),
            disk_total: Some(100),
            ..Host::default()
        };
        let text = |shown: Option<Shown>| {
            shown.map(|shown| [shown.text, shown.unit].concat().replace(THIN, " ")).unwrap_or_default()
        };
        assert_eq!(text(memory(&host)), "214.0 / 1024.0 GiB");
        assert_eq!(text(load(&host)), "12.4 11.9 10.8");
        assert_eq!(text(disk(&host)), "61 %");
        assert_eq!(cpu(&host), None);
    }
}
