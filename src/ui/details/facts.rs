//! The facts of a GPU, one line each; a missing one with its reason. Pure.

use crate::{
    telemetry::{Gpu, Limiter, Metric, Reason, RecoveryAction},
    ui::{
        format::{self, DASH, Quantity, THIN},
        health::wish,
        list::Item,
    },
};

/// Lines under headings.
struct Sheet<'a> {
    gpu: &'a Gpu,
    lines: Vec<Item>,
}

impl Sheet<'_> {
    fn heading(&mut self, words: &str) {
        self.lines.push(Item { class: "heading", name: words.to_owned(), ..Item::default() });
    }

    /// The value, or a dash and the reason why there is none.
    fn line(&mut self, name: &str, metric: Metric, value: Option<String>) {
        let reason = || self.gpu.unavailable.get(&metric).copied().unwrap_or(Reason::NotReported);
        let more = if value.is_none() { reason().text().to_owned() } else { String::new() };
        let figure = value.unwrap_or_else(|| DASH.to_owned());
        self.lines.push(Item { testid: "fact", key: name.to_owned(), figure, more, ..Item::default() });
    }

    /// A quantity.
    fn number(&mut self, name: &str, metric: Metric, quantity: Option<Quantity>) {
        self.line(name, metric, quantity.map(|quantity| quantity.text()));
    }

    /// A count.
    fn count(&mut self, name: &str, metric: Metric, number: Option<u64>) {
        self.line(name, metric, number.map(|number| number.to_string()));
    }

    fn switch(&mut self, name: &str, metric: Metric, on: Option<bool>, words: [&str; 2]) {
        self.line(name, metric, on.map(|on| words[usize::from(on)].to_owned()));
    }
}

/// All of them. `zone` as in [`format::time_of_day`].
pub(super) fn of(gpu: &Gpu, zone: Option<i32>) -> Vec<Item> {
    let mut sheet = Sheet { gpu, lines: Vec::with_capacity(64) };
    identity(&mut sheet, gpu, zone);
    speed(&mut sheet, gpu);
    heat_and_power(&mut sheet, gpu);
    memory(&mut sheet, gpu);
    link(&mut sheet, gpu);
    soundness(&mut sheet, gpu);
    sheet.lines
}

fn identity(sheet: &mut Sheet, gpu: &Gpu, zone: Option<i32>) {
    sheet.heading("Identity");
    if let Some(since) = gpu.state_since {
        let detail = gpu.state_detail.clone().unwrap_or_default();
        let figure = ["since ", &format::time_of_day(since.millis(), zone)].concat();
        sheet.lines.push(Item { key: "State".to_owned(), figure, more: detail, ..Item::default() });
    }
    sheet.line("UUID", Metric::Uuid, gpu.uuid.clone());
    sheet.line("PCI bus", Metric::PciBusId, gpu.pci_bus_id.clone());
    sheet.line("Driver", Metric::DriverVersion, gpu.driver_version.clone());
    sheet.line("CUDA, newest served", Metric::CudaVersion, gpu.cuda_version.map(format::cuda));
    sheet.switch("MIG", Metric::MigEnabled, gpu.mig_enabled, ["off", "on"]);
    for instance in &gpu.mig_instances {
        let used = instance.memory_used.zip(instance.memory_total);
        let figure = used.map(|(used, total)| format::memory_of(used, total).text());
        sheet.lines.push(Item {
            testid: "fact",
            key: instance.name.clone().unwrap_or_else(|| "Instance".to_owned()),
            figure: figure.unwrap_or_else(|| DASH.to_owned()),
            more: instance.uuid.clone().unwrap_or_default(),
            ..Item::default()
        });
    }
}

fn speed(sheet: &mut Sheet, gpu: &Gpu) {
    let percent = |value: Option<u32>| value.map(|percent| format::percent(percent.into()));
    let of = |now: Option<u32>, most: Option<u32>| {
        let most = most.map_or_else(String::new, |most| [" of ", &format::clock(most).text()].concat());
        now.map(|now| [format::clock(now).text(), most].concat())
    };
    sheet.heading("Clocks and load");
    sheet.line("SM clock", Metric::ClockSm, of(gpu.clock_sm, gpu.clock_sm_max));
    sheet.line("Graphics clock", Metric::ClockGraphics, of(gpu.clock_graphics, gpu.clock_graphics_max));
    sheet.line("Memory clock", Metric::ClockMemory, of(gpu.clock_memory, gpu.clock_memory_max));
    sheet.line("Video clock", Metric::ClockVideo, of(gpu.clock_video, None));
    let state = gpu.performance_state.map(|state| ["P", &state.to_string()].concat());
    sheet.line("Performance state", Metric::PerformanceState, state);
    sheet.line("Held back by", Metric::Limiters, gpu.limiters.as_deref().map(limiters));
    sheet.number("Memory controller", Metric::MemoryUtilization, percent(gpu.memory_utilization));
    sheet.number("Encoder", Metric::EncoderUtilization, percent(gpu.encoder_utilization));
    sheet.number("Decoder", Metric::DecoderUtilization, percent(gpu.decoder_utilization));
    sheet.number("JPEG", Metric::JpegUtilization, percent(gpu.jpeg_utilization));
    sheet.number("Optical flow", Metric::OfaUtilization, percent(gpu.ofa_utilization));
}

fn limiters(limiters: &[Limiter]) -> String {
    let words: Vec<&str> = limiters.iter().map(|limiter| limiter.text()).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

fn heat_and_power(sheet: &mut Sheet, gpu: &Gpu) {
    sheet.heading("Heat and power");
    let degrees = |value: Option<u32>| value.map(format::temperature);
    let watts = |value: Option<f64>| value.map(format::power);
    sheet.number("Core", Metric::Temperature, degrees(gpu.temperature));
    sheet.number("Memory", Metric::MemoryTemperature, degrees(gpu.memory_temperature));
    sheet.number("Slows down at", Metric::TemperatureSlowdown, degrees(gpu.temperature_slowdown));
    sheet.number("Switches off at", Metric::TemperatureShutdown, degrees(gpu.temperature_shutdown));
    sheet.number("Fan", Metric::FanSpeed, gpu.fan_speed.map(|percent| format::percent(percent.into())));
    sheet.number("Power", Metric::PowerUsage, watts(gpu.power_usage));
    sheet.number("Power limit", Metric::PowerLimit, watts(gpu.power_limit));
    sheet.number("Limit by default", Metric::PowerLimitDefault, watts(gpu.power_limit_default));
    sheet.number("Highest limit", Metric::PowerLimitMax, watts(gpu.power_limit_max));
    sheet.line("Energy since driver load", Metric::Energy, gpu.energy.map(energy));
}

/// Joules as kWh: "3.2 kWh".
fn energy(joules: f64) -> String {
    const KWH: f64 = 3_600_000.0;
    with_unit(format::tenths(joules / KWH), "kWh")
}

fn memory(sheet: &mut Sheet, gpu: &Gpu) {
    sheet.heading("Memory");
    let mib = |value: Option<f64>| value.map(format::memory);
    sheet.number("Used", Metric::MemoryUsed, mib(gpu.memory_used));
    sheet.number("Free", Metric::MemoryFree, mib(gpu.memory_free));
    sheet.number("Kept by the driver", Metric::MemoryReserved, mib(gpu.memory_reserved));
    sheet.number("In all", Metric::MemoryTotal, mib(gpu.memory_total));
}

fn link(sheet: &mut Sheet, gpu: &Gpu) {
    sheet.heading("Links");
    let of = |now: Option<u32>, most: Option<u32>, prefix: &str| {
        let most = most.map_or_else(String::new, |most| [" of ", prefix, &most.to_string()].concat());
        now.map(|now| [prefix, &now.to_string(), &most].concat())
    };
    sheet.line(
        "PCIe generation",
        Metric::PcieGeneration,
        of(gpu.pcie_generation, gpu.pcie_generation_max, ""),
    );
    sheet.line("PCIe lanes", Metric::PcieWidth, of(gpu.pcie_width, gpu.pcie_width_max, "x"));
    sheet.line("From the GPU", Metric::PcieTx, gpu.pcie_tx.map(traffic));
    sheet.line("To the GPU", Metric::PcieRx, gpu.pcie_rx.map(traffic));
    sheet.count("Replays since driver load", Metric::PcieReplays, gpu.pcie_replays.map(u64::from));
    sheet.count("NVLinks up", Metric::NvlinksActive, gpu.nvlinks_active.map(u64::from));
}

/// Bytes per second as MB/s: "812.4 MB/s".
fn traffic(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let megabytes = bytes as f64 / 1e6;
    with_unit(format::tenths(megabytes), "MB/s")
}

fn with_unit(mut number: String, unit: &str) -> String {
    number.push(THIN);
    number.push_str(unit);
    number
}

fn soundness(sheet: &mut Sheet, gpu: &Gpu) {
    sheet.heading("Soundness");
    sheet.switch("ECC", Metric::EccEnabled, gpu.ecc_enabled, ["off", "on"]);
    sheet.count("Corrected errors", Metric::EccCorrected, gpu.ecc_corrected);
    sheet.count("Uncorrected errors", Metric::EccUncorrected, gpu.ecc_uncorrected);
    sheet.count("Remapped rows", Metric::RemappedRows, gpu.remapped_rows.map(u64::from));
    let waits = ["no", "waits for a reset"];
    sheet.switch("Remapping pending", Metric::RemappingPending, gpu.remapping_pending, waits);
    let failed = ["no", "replace the card"];
    sheet.switch("Remapping failed", Metric::RemappingFailed, gpu.remapping_failed, failed);
    let wished = |action: RecoveryAction| wish(action).unwrap_or("nothing").to_owned();
    sheet.line("The driver asks for", Metric::RecoveryAction, gpu.recovery_action.map(wished));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(gpu: &Gpu, name: &str) -> (String, String) {
        let line = of(gpu, Some(0)).into_iter().find(|line| line.key == name).unwrap();
        (line.figure.replace(THIN, " "), line.more)
    }

    #[test]
    fn what_is_known_is_said_in_units() {
        let gpu = Gpu {
            clock_sm: Some(1980),
            clock_sm_max: Some(1980),
            performance_state: Some(2),
            limiters: Some(vec![Limiter::PowerCap]),
            energy: Some(7_200_000.0),
            pcie_tx: Some(812_400_000),
            pcie_width: Some(8),
            pcie_width_max: Some(16),
            remapping_failed: Some(true),
            recovery_action: Some(RecoveryAction::None),
            ..Gpu::default()
        };
        for (name, figure) in [
            ("SM clock", "1.98 GHz of 1.98 GHz"),
            ("Performance state", "P2"),
            ("Held back by", "power-capped"),
            ("Energy since driver load", "2.0 kWh"),
            ("From the GPU", "812.4 MB/s"),
            ("PCIe lanes", "x8 of x16"),
            ("Remapping failed", "replace the card"),
            ("The driver asks for", "nothing"),
        ] {
            assert_eq!(line(&gpu, name), (figure.to_owned(), String::new()));
        }
    }

    #[test]
    fn all_that_is_missing_has_a_reason() {
        let mut gpu = Gpu::default();
        gpu.clear(Reason::NoPermission);
        gpu.explain(Reason::NotSupported);
        let lines = of(&gpu, None);
        let facts: Vec<_> = lines.iter().filter(|line| line.testid == "fact").collect();
        // Maxima stand beside what they limit, shares and utilization on the card.
        assert!(facts.len() > 35);
        for fact in facts {
            assert_eq!(fact.figure, DASH);
            let reasons = [Reason::NoPermission.text(), Reason::NotSupported.text()];
            assert!(reasons.contains(&fact.more.as_str()), "{}", fact.key);
        }
    }
}
