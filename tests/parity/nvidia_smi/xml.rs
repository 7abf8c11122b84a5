//! Whole listings, `-q -x`.

use super::{advice, mib, or_none, watts, yes};
use crate::machine::{Card, DRIVER, Job};

pub(super) fn listing(cards: &[Card]) -> String {
    let gpus: Vec<String> = cards.iter().map(gpu).collect();
    let content = [tag("driver_version", DRIVER), tag("cuda_version", "13.0"), gpus.concat()].concat();
    format!("<?xml version=\"1.0\" ?>\n<nvidia_smi_log>\n{content}</nvidia_smi_log>\n")
}

fn tag(name: &str, content: impl AsRef<str>) -> String {
    format!("<{name}>{}</{name}>\n", content.as_ref())
}

fn group(name: &str, children: impl IntoIterator<Item = String>) -> String {
    tag(name, children.into_iter().collect::<String>())
}

fn gpu(card: &Card) -> String {
    let children = [
        tag("product_name", card.name),
        tag("uuid", card.uuid),
        group("mig_mode", [tag("current_mig", "Disabled")]),
        pci(card),
        tag("fan_speed", or_none(card.fan, "%")),
        tag("performance_state", format!("P{}", card.state)),
        tag("gpu_recovery_action", advice(card)),
        limiters(card.throttle),
        memory(card),
        utilization(card),
        ecc(card),
        remapped_rows(card),
        temperature(card),
        power(card),
        clocks("clocks", card.clocks),
        clocks("max_clocks", card.clocks_max),
        tag("processes", card.jobs.iter().map(process).collect::<Vec<_>>().concat()),
    ];
    format!("<gpu id=\"{}\">\n{}</gpu>\n", card.bus, children.concat())
}

fn pci(card: &Card) -> String {
    let [generation, generation_max, width, width_max] = card.link;
    let generations = group(
        "pcie_gen",
        [tag("max_link_gen", generation_max.to_string()), tag("current_link_gen", generation.to_string())],
    );
    let widths = group(
        "link_widths",
        [tag("max_link_width", format!("{width_max}x")), tag("current_link_width", format!("{width}x"))],
    );
    group(
        "pci",
        [
            tag("pci_bus_id", card.bus),
            group("pci_gpu_link_info", [generations, widths]),
            tag("replay_counter", card.replays.to_string()),
        ],
    )
}

fn limiters(mask: u64) -> String {
    let reason = |bit: u64, name: &str| {
        let active = if mask & bit == 0 { "Not Active" } else { "Active" };
        tag(&format!("clocks_event_reason_{name}"), active)
    };
    group(
        "clocks_event_reasons",
        [
            reason(0x1, "gpu_idle"),
            reason(0x2, "applications_clocks_setting"),
            reason(0x4, "sw_power_cap"),
            reason(0x8, "hw_slowdown"),
            reason(0x40, "hw_thermal_slowdown"),
            reason(0x80, "hw_power_brake_slowdown"),
            reason(0x10, "sync_boost"),
            reason(0x20, "sw_thermal_slowdown"),
            reason(0x100, "display_clocks_setting"),
        ],
    )
}

fn memory(card: &Card) -> String {
    group(
        "fb_memory_usage",
        [
            tag("total", mib(card.total)),
            tag("reserved", mib(card.reserved)),
            tag("used", mib(card.used)),
            tag("free", mib(card.free())),
        ],
    )
}

fn utilization(card: &Card) -> String {
    let percent = |name, figure| tag(name, or_none(figure, "%"));
    group(
        "utilization",
        [
            percent("gpu_util", Some(card.utilization)),
            percent("memory_util", Some(card.controller)),
            percent("encoder_util", card.encoder),
            percent("decoder_util", card.decoder),
            percent("jpeg_util", card.jpeg),
            percent("ofa_util", card.ofa),
        ],
    )
}

fn ecc(card: &Card) -> String {
    let is_on = if card.ecc.is_some() { "Enabled" } else { "N/A" };
    let count =
        |name, figure: Option<u64>| tag(name, figure.map_or("N/A".to_owned(), |figure| figure.to_string()));
    let none = card.ecc.map(|_| 0);
    let counters = group(
        "volatile",
        [
            count("sram_correctable", none),
            count("sram_uncorrectable_parity", none),
            count("sram_uncorrectable_secded", none),
            count("dram_correctable", card.ecc.map(|ecc| ecc.0)),
            count("dram_uncorrectable", card.ecc.map(|ecc| ecc.1)),
        ],
    );
    [group("ecc_mode", [tag("current_ecc", is_on)]), group("ecc_errors", [counters])].concat()
}

fn remapped_rows(card: &Card) -> String {
    let Some((rows, pending, failure)) = card.remapped else { return tag("remapped_rows", "N/A") };
    group(
        "remapped_rows",
        [
            tag("remapped_row_corr", "0"),
            tag("remapped_row_unc", rows.to_string()),
            tag("remapped_row_pending", yes(pending)),
            tag("remapped_row_failure", yes(failure)),
        ],
    )
}

fn temperature(card: &Card) -> String {
    let celsius = |name, figure| tag(name, or_none(figure, "C"));
    group(
        "temperature",
        [
            celsius("gpu_temp", Some(card.temperature)),
            celsius("gpu_temp_max_threshold", Some(card.shutdown)),
            celsius("gpu_temp_slow_threshold", Some(card.slowdown)),
            celsius("memory_temp", card.memory_temperature),
        ],
    )
}

fn power(card: &Card) -> String {
    group(
        "gpu_power_readings",
        [
            tag("average_power_draw", watts(card.milliwatts)),
            tag("current_power_limit", watts(card.limit)),
            tag("default_power_limit", watts(card.limit_default)),
            tag("max_power_limit", watts(card.limit_max)),
        ],
    )
}

fn clocks(name: &str, [graphics, sm, memory, video]: [u32; 4]) -> String {
    let clock = |name, clock: u32| tag(name, format!("{clock} MHz"));
    group(
        name,
        [
            clock("graphics_clock", graphics),
            clock("sm_clock", sm),
            clock("mem_clock", memory),
            clock("video_clock", video),
        ],
    )
}

fn process(job: &Job) -> String {
    let kind = if job.kind == 'B' { "C+G".to_owned() } else { job.kind.to_string() };
    group(
        "process_info",
        [
            tag("pid", job.pid.to_string()),
            tag("type", kind),
            tag("process_name", "/opt/job"),
            tag("used_memory", mib(job.bytes)),
        ],
    )
}
