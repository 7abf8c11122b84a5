//! The machine as nvidia-smi prints it: whole listings, and rows.

use std::{fs, time::Duration};

use gpu_observatory::collect::NvidiaSmiSource;
use serde_json::json;

use crate::{
    Reader,
    fake_program::{FakeProgram, PLENTY},
    machine::{Card, DRIVER, Job},
};

/// Every second a whole listing.
pub(crate) fn whole(cards: &[Card]) -> Reader {
    reader("nvidia-smi", cards, Duration::from_secs(1))
}

/// Several times a second a row for each GPU.
pub(crate) fn rows(cards: &[Card]) -> Reader {
    reader("nvidia-smi's rows", cards, Duration::from_millis(100))
}

fn reader(name: &'static str, cards: &[Card], interval: Duration) -> Reader {
    let fake = FakeProgram::new("fake-nvidia-smi", "nvidia-smi");
    fs::write(fake.path("all.xml"), xml(cards)).unwrap();
    fs::write(fake.path("rows.csv"), csv(cards)).unwrap();
    fake.play(&json!({ "listings": ["all.xml"], "rows": "rows.csv" }));
    let source = NvidiaSmiSource::open_within(Some(&fake.program()), interval, PLENTY).unwrap();
    Reader { name, source: Box::new(source), _fake: Box::new(fake) }
}

/// Each cell is rounded up by itself.
fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

fn watts(milliwatts: u32) -> String {
    format!("{:.2} W", f64::from(milliwatts) / 1000.0)
}

fn or_none(figure: Option<u32>, unit: &str) -> String {
    figure.map_or("N/A".to_owned(), |figure| format!("{figure} {unit}"))
}

fn yes(is: bool) -> &'static str {
    if is { "Yes" } else { "No" }
}

/// An element of elements.
fn tag(name: &str, children: &[(&str, String)]) -> String {
    let children: String = children.iter().map(|(name, text)| format!("<{name}>{text}</{name}>\n")).collect();
    format!("<{name}>\n{children}</{name}>\n")
}

fn xml(cards: &[Card]) -> String {
    let gpus: String = cards.iter().map(gpu).collect();
    format!(
        "<?xml version=\"1.0\" ?>\n<nvidia_smi_log>\n<driver_version>{DRIVER}</driver_version>\n\
         <cuda_version>13.0</cuda_version>\n<attached_gpus>{}</attached_gpus>\n{gpus}</nvidia_smi_log>\n",
        cards.len()
    )
}

fn clocks(name: &str, [graphics, sm, memory, video]: [u32; 4]) -> String {
    let clock = |clock: u32| format!("{clock} MHz");
    tag(
        name,
        &[
            ("graphics_clock", clock(graphics)),
            ("sm_clock", clock(sm)),
            ("mem_clock", clock(memory)),
            ("video_clock", clock(video)),
        ],
    )
}

fn limiters(mask: u64) -> String {
    let active = |bit: u64| if mask & bit == 0 { "Not Active" } else { "Active" }.to_owned();
    tag(
        "clocks_event_reasons",
        &[
            ("clocks_event_reason_gpu_idle", active(0x1)),
            ("clocks_event_reason_applications_clocks_setting", active(0x2)),
            ("clocks_event_reason_sw_power_cap", active(0x4)),
            ("clocks_event_reason_hw_slowdown", active(0x8)),
            ("clocks_event_reason_hw_thermal_slowdown", active(0x40)),
            ("clocks_event_reason_hw_power_brake_slowdown", active(0x80)),
            ("clocks_event_reason_sync_boost", active(0x10)),
            ("clocks_event_reason_sw_thermal_slowdown", active(0x20)),
            ("clocks_event_reason_display_clocks_setting", active(0x100)),
        ],
    )
}

fn process(job: &Job) -> String {
    let kind = if job.kind == 'B' { "C+G".to_owned() } else { job.kind.to_string() };
    let text = [("pid", job.pid.to_string()), ("type", kind), ("process_name", "/opt/job".to_owned())];
    tag("process_info", &[&text[..], &[("used_memory", mib(job.bytes))]].concat())
}

fn gpu(card: &Card) -> String {
    let percent = |figure| or_none(figure, "%");
    let [generation, generation_max, width, width_max] = card.link;
    let ecc = card.ecc.map(|(corrected, uncorrected)| {
        let counters = [
            ("sram_correctable", "0".to_owned()),
            ("sram_uncorrectable_parity", "0".to_owned()),
            ("sram_uncorrectable_secded", "0".to_owned()),
            ("dram_correctable", corrected.to_string()),
            ("dram_uncorrectable", uncorrected.to_string()),
        ];
        tag("ecc_errors", &[("volatile", tag("x", &counters).replace("<x>", "").replace("</x>", ""))])
    });
    let remapped = card.remapped.map_or(
        "<remapped_rows>N/A</remapped_rows>\n".to_owned(),
        |(rows, pending, failure)| {
            tag(
                "remapped_rows",
                &[
                    ("remapped_row_corr", "0".to_owned()),
                    ("remapped_row_unc", rows.to_string()),
                    ("remapped_row_pending", yes(pending).to_owned()),
                    ("remapped_row_failure", yes(failure).to_owned()),
                ],
            )
        },
    );
    let parts = [
        format!("<product_name>{}</product_name>\n<uuid>{}</uuid>\n", card.name, card.uuid),
        tag("mig_mode", &[("current_mig", "Disabled".to_owned())]),
        tag(
            "pci",
            &[
                ("pci_bus_id", card.bus.to_owned()),
                (
                    "pci_gpu_link_info",
                    [
                        tag(
                            "pcie_gen",
                            &[
                                ("max_link_gen", generation_max.to_string()),
                                ("current_link_gen", generation.to_string()),
                            ],
                        ),
                        tag(
                            "link_widths",
                            &[
                                ("max_link_width", format!("{width_max}x")),
                                ("current_link_width", format!("{width}x")),
                            ],
                        ),
                    ]
                    .concat(),
                ),
                ("replay_counter", card.replays.to_string()),
            ],
        ),
        format!(
            "<fan_speed>{}</fan_speed>\n<performance_state>P{}</performance_state>\n",
            percent(card.fan),
            card.state
        ),
        limiters(card.throttle),
        tag(
            "fb_memory_usage",
            &[
                ("total", mib(card.total)),
                ("reserved", mib(card.reserved)),
                ("used", mib(card.used)),
                ("free", mib(card.free())),
            ],
        ),
        tag(
            "utilization",
            &[
                ("gpu_util", percent(Some(card.utilization))),
                ("memory_util", percent(Some(card.controller))),
                ("encoder_util", percent(card.encoder)),
                ("decoder_util", percent(card.decoder)),
                ("jpeg_util", percent(card.jpeg)),
                ("ofa_util", percent(card.ofa)),
            ],
        ),
        tag("ecc_mode", &[("current_ecc", if card.ecc.is_some() { "Enabled" } else { "N/A" }.to_owned())]),
        ecc.unwrap_or_else(|| {
            tag(
                "ecc_errors",
                &[(
                    "volatile",
                    tag("single_bit", &[("total", "N/A".into())])
                        + &tag("double_bit", &[("total", "N/A".into())]),
                )],
            )
        }),
        remapped,
        tag(
            "temperature",
            &[
                ("gpu_temp", or_none(Some(card.temperature), "C")),
                ("gpu_temp_max_threshold", or_none(Some(card.shutdown), "C")),
                ("gpu_temp_slow_threshold", or_none(Some(card.slowdown), "C")),
                ("memory_temp", or_none(card.memory_temperature, "C")),
            ],
        ),
        tag(
            "gpu_power_readings",
            &[
                ("average_power_draw", watts(card.milliwatts)),
                ("current_power_limit", watts(card.limit)),
                ("default_power_limit", watts(card.limit_default)),
                ("max_power_limit", watts(card.limit_max)),
            ],
        ),
        clocks("clocks", card.clocks),
        clocks("max_clocks", card.clocks_max),
        format!("<processes>\n{}</processes>\n", card.jobs.iter().map(process).collect::<String>()),
    ];
    format!("<gpu id=\"{}\">\n{}</gpu>\n", card.bus, parts.concat())
}

/// What `--query-gpu` knows, with the heading that it has without `noheader`.
fn csv(cards: &[Card]) -> String {
    let heading = "index, count, name, uuid, pci.bus_id, driver_version, utilization.gpu [%], \
        utilization.memory [%], utilization.encoder [%], utilization.decoder [%], utilization.jpeg [%], \
        utilization.ofa [%], memory.used [MiB], memory.total [MiB], memory.free [MiB], memory.reserved [MiB], \
        temperature.gpu, temperature.memory, power.draw [W], enforced.power.limit [W], \
        power.default_limit [W], power.max_limit [W], fan.speed [%], pstate, clocks_event_reasons.active, \
        clocks.current.graphics [MHz], clocks.current.sm [MHz], clocks.current.memory [MHz], \
        clocks.current.video [MHz], clocks.max.graphics [MHz], clocks.max.sm [MHz], clocks.max.memory [MHz], \
        pcie.link.gen.current, pcie.link.gen.max, pcie.link.width.current, pcie.link.width.max, \
        ecc.mode.current, ecc.errors.corrected.volatile.total, ecc.errors.uncorrected.volatile.total, \
        remapped_rows.uncorrectable, remapped_rows.pending, remapped_rows.failure, mig.mode.current";
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
        cells.push("Disabled".to_owned());
        cells.join(", ") + "\n"
    });
    format!("{heading}\n{}", rows.collect::<String>())
}

fn bracketed(text: String) -> String {
    if text == "N/A" { "[N/A]".to_owned() } else { text }
}
