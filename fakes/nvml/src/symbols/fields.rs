//! Field values: numbers asked for by id, several at a time.

use crate::codes::{Code, INVALID_ARGUMENT, NOT_SUPPORTED, Outcome, SUCCESS};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::layout::FieldValue;
use crate::scenario::Metric;
use crate::{call, clock, out};

use super::{clocks, ecc, field_ids, nvlink, power};

const SYMBOL: &str = "nvmlDeviceGetFieldValues";

/// What each field claims to have cost, in microseconds.
const LATENCY: i64 = 3;

/// All links, as a scope.
const ALL: u32 = u32::MAX;

/// A value, as one of the members of NVML's union.
enum Reading {
    Unsigned(u32),
    Long(u64),
    /// Always in 64 bits, so that those who read 32 of them see it too.
    Signed(i64),
}

impl Reading {
    /// Its `nvmlValueType_t`, and its bits.
    fn encode(self) -> (u32, u64) {
        match self {
            Self::Unsigned(value) => (1, value.into()),
            Self::Long(value) => (3, value),
            Self::Signed(value) => (4, value.cast_unsigned()),
        }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetFieldValues(device: Handle, count: i32, values: *mut FieldValue) -> Code {
    call::on_gpu(SYMBOL, device, |gpu| {
        out::check(values)?;
        let count = usize::try_from(count).ok().filter(|count| *count > 0).ok_or(INVALID_ARGUMENT)?;
        // SAFETY: not NULL, and by NVML's contract that many entries.
        let values = unsafe { std::slice::from_raw_parts_mut(values, count) };
        for value in values {
            answer(gpu, value);
        }
        Ok(())
    })
}

fn answer(gpu: &Gpu, value: &mut FieldValue) {
    let reading =
        gpu.fault(&format!("{SYMBOL}/{}", value.field)).and_then(|()| read(gpu, value.field, value.scope));
    value.timestamp = clock::epoch_micros().try_into().unwrap_or(0);
    value.latency_us = LATENCY;
    match reading {
        Ok(reading) => {
            value.code = SUCCESS;
            (value.kind, value.value) = reading.encode();
        }
        Err(code) => (value.code, value.kind, value.value) = (code, 0, 0),
    }
}

fn read(gpu: &Gpu, id: u32, scope: u32) -> Outcome<Reading> {
    let (spec, time) = (gpu.spec(), gpu.time());
    let unsigned = |metric: &Metric| metric.u32(time).map(Reading::Unsigned);
    let long = |metric: &Metric| metric.u64(time).map(Reading::Long);
    if let Some(metric) = spec.fields.get(&id) {
        return metric.i64(time).map(Reading::Signed);
    }
    match field_ids::canonical(id, &gpu.now.scenario.driver_version) {
        1 | 2 => unsigned(&spec.ecc.get()?.enabled),
        3..=6 => ecc::errors(gpu, (id - 3) % 2, (id - 3) / 2).map(Reading::Long),
        29 => unsigned(&spec.retired_pages.get()?.single_bit),
        30 => unsigned(&spec.retired_pages.get()?.double_bit),
        31 => unsigned(&spec.retired_pages.get()?.pending),
        74..=79 => clocks::held_back(gpu, id - 74).map(Reading::Long),
        82 => unsigned(&spec.memory_temperature),
        83 | 191 => power::energy(gpu).map(Reading::Long),
        91 => spec.nvlink.get().map(|links| Reading::Unsigned(links.links)),
        94 => unsigned(&spec.pcie.get()?.replay),
        // Payload alone, and with the protocol's share: the same here.
        138 | 140 => traffic(gpu, scope, true),
        139 | 141 => traffic(gpu, scope, false),
        142 => unsigned(&spec.remapped_rows.get()?.correctable),
        143 => unsigned(&spec.remapped_rows.get()?.uncorrectable),
        144 => unsigned(&spec.remapped_rows.get()?.pending),
        145 => unsigned(&spec.remapped_rows.get()?.failure),
        185 | 186 => unsigned(&spec.power_milliwatts),
        187 => unsigned(&spec.power_min_limit_milliwatts),
        188 => unsigned(&spec.power_max_limit_milliwatts),
        189 => unsigned(&spec.power_default_limit_milliwatts),
        190 => unsigned(&spec.enforced_limit()),
        192 => unsigned(&spec.power_limit_milliwatts),
        193 => limit(gpu, &spec.thresholds.get()?.shutdown),
        194 => limit(gpu, &spec.thresholds.get()?.slowdown),
        195 => limit(gpu, &spec.thresholds.get()?.memory_max),
        196 => limit(gpu, &spec.thresholds.get()?.gpu_max),
        197 => bytes(gpu, &spec.pcie.get()?.tx_k_bps),
        198 => bytes(gpu, &spec.pcie.get()?.rx_k_bps),
        // Whether a reset, or a drain and reset, is called for.
        226 => spec.recovery_action.u32(time).map(|action| Reading::Unsigned((action == 1).into())),
        227 => spec.recovery_action.u32(time).map(|action| Reading::Unsigned((action == 4).into())),
        230 => unsigned(&spec.recovery_action),
        251 => long(&spec.violation_ns.get()?.software_thermal),
        252 => long(&spec.violation_ns.get()?.hardware_thermal),
        253 => long(&spec.violation_ns.get()?.power_brake),
        254 | 255 => Ok(Reading::Long(0)),
        _ => Err(NOT_SUPPORTED),
    }
}

/// A threshold as newer GPUs have it: relative to the point at which the clocks go
/// down, and falling while the temperature rises.
fn limit(gpu: &Gpu, threshold: &Metric) -> Outcome<Reading> {
    let zero = gpu.spec().thresholds.get()?.gpu_max.i64(gpu.time())?;
    Ok(Reading::Signed(zero - threshold.i64(gpu.time())?))
}

/// Bytes since the start, from a rate in kilobytes per second.
fn bytes(gpu: &Gpu, rate: &Metric) -> Outcome<Reading> {
    Ok(Reading::Long(rate.gained(gpu.time())?.saturating_mul(1000)))
}

/// KiB since the start, over one link or all that are up.
fn traffic(gpu: &Gpu, scope: u32, out: bool) -> Outcome<Reading> {
    let links = gpu.spec().nvlink.get()?;
    let rate = if out { &links.tx_ki_bps } else { &links.rx_ki_bps };
    if scope == ALL {
        let up = (0..links.links).filter(|link| nvlink::up(gpu, *link).is_ok()).count();
        return Ok(Reading::Long(rate.gained(gpu.time())?.saturating_mul(up as u64)));
    }
    nvlink::up(gpu, scope)?;
    rate.gained(gpu.time()).map(Reading::Long)
}
