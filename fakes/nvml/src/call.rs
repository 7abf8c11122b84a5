//! What every call goes through: counting, checks, delays and errors of the scenario.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crate::codes::{Code, NOT_SUPPORTED, Outcome, SUCCESS, UNKNOWN};
use crate::counter;
use crate::gpu::Gpu;
use crate::handles::{Handle, Target};
use crate::moment::Moment;
use crate::session;

/// Runs a call's body as NVML's return code. No panic gets through to C.
pub(crate) fn guarded(symbol: &'static str, body: impl FnOnce() -> Outcome<()>) -> Code {
    counter::count(symbol);
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => SUCCESS,
        Ok(Err(code)) => code,
        Err(_) => UNKNOWN,
    }
}

/// A call about no device.
pub(crate) fn on_system(symbol: &'static str, body: impl FnOnce(&Moment) -> Outcome<()>) -> Code {
    guarded(symbol, || {
        session::check()?;
        let mut now = Moment::now();
        if let Some(delay) = now.delay(symbol) {
            thread::sleep(delay);
            session::check()?;
            now = Moment::now();
        }
        now.fault(symbol)?;
        body(&now)
    })
}

/// A call about a GPU, or about a MIG device.
pub(crate) fn on_any(symbol: &'static str, device: Handle, body: impl FnOnce(&Gpu) -> Outcome<()>) -> Code {
    guarded(symbol, || {
        session::check()?;
        reach(symbol, Target::of(device)?, body)
    })
}

/// A call about a whole GPU. A MIG device has no such property.
pub(crate) fn on_gpu(symbol: &'static str, device: Handle, body: impl FnOnce(&Gpu) -> Outcome<()>) -> Code {
    on_any(symbol, device, |gpu| if gpu.target.mig.is_some() { Err(NOT_SUPPORTED) } else { body(gpu) })
}

/// Gets at a device the way every call does: it may be lost, slow or failing.
///
/// Nothing is locked meanwhile, and after a delay the device is looked up anew:
/// much can have happened.
pub(crate) fn reach(symbol: &str, target: Target, body: impl FnOnce(&Gpu) -> Outcome<()>) -> Outcome<()> {
    let mut gpu = Gpu::resolve(target, Moment::now())?;
    if let Some(delay) = gpu.delay(symbol) {
        thread::sleep(delay);
        session::check()?;
        gpu = Gpu::resolve(target, Moment::now())?;
    }
    gpu.fault(symbol)?;
    body(&gpu)
}
