//! How many devices there are, and their handles.

use std::ffi::{CStr, c_char};

use crate::call;
use crate::codes::{Code, INVALID_ARGUMENT, NOT_FOUND, Outcome};
use crate::gpu::Gpu;
use crate::handles::{Handle, Target};
use crate::moment::Moment;
use crate::{out, session};

use super::identity::bus_place;

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetCount_v2(count: *mut u32) -> Code {
    call::on_system("nvmlDeviceGetCount_v2", |now| {
        out::check(count)?;
        let gpus = u32::try_from(now.gpu_count()).unwrap_or(u32::MAX);
        // SAFETY: not NULL, hence valid by NVML's contract.
        unsafe { count.write(gpus) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetHandleByIndex_v2(index: u32, device: *mut Handle) -> Code {
    // SAFETY: by NVML's contract `device` is NULL or valid.
    unsafe {
        hand_out("nvmlDeviceGetHandleByIndex_v2", device, || {
            targets().nth(index as usize).ok_or(INVALID_ARGUMENT)
        })
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetHandleByUUID(uuid: *const c_char, device: *mut Handle) -> Code {
    // SAFETY: by NVML's contract `device` is NULL or valid and `uuid` is NULL or a string.
    unsafe {
        hand_out("nvmlDeviceGetHandleByUUID", device, || {
            let wanted = string(uuid)?;
            let mut all = targets().flat_map(|gpu| std::iter::once(gpu).chain(instances(gpu)));
            all.find(|target| described(*target).uuid().is_ok_and(|uuid| uuid == wanted)).ok_or(NOT_FOUND)
        })
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetHandleByPciBusId_v2(bus_id: *const c_char, device: *mut Handle) -> Code {
    // SAFETY: by NVML's contract `device` is NULL or valid and `bus_id` is NULL or a string.
    unsafe {
        hand_out("nvmlDeviceGetHandleByPciBusId_v2", device, || {
            let wanted = bus_place(string(bus_id)?).ok_or(INVALID_ARGUMENT)?;
            let here =
                |target: &Target| described(*target).bus_id().is_ok_and(|id| bus_place(&id) == Some(wanted));
            targets().find(here).ok_or(NOT_FOUND)
        })
    }
}

/// Finds a device and, unless it is lost or failing, hands out its handle.
///
/// # Safety
///
/// `device` is NULL or valid for writing.
unsafe fn hand_out(
    symbol: &'static str,
    device: *mut Handle,
    find: impl FnOnce() -> Outcome<Target>,
) -> Code {
    call::guarded(symbol, || {
        session::check()?;
        out::check(device)?;
        call::reach(symbol, find()?, |gpu| {
            // SAFETY: not NULL, hence valid by the caller's word.
            unsafe { device.write(gpu.target.handle()) };
            Ok(())
        })
    })
}

fn targets() -> impl Iterator<Item = Target> {
    let count = u16::try_from(Moment::now().gpu_count()).unwrap_or(u16::MAX);
    (0..count).map(|gpu| Target { gpu, mig: None })
}

fn instances(parent: Target) -> Vec<Target> {
    let gpu = described(parent);
    let Ok(mig) = gpu.spec().mig.get() else { return Vec::new() };
    let indices = mig.instances.iter().filter_map(|instance| u16::try_from(instance.index).ok());
    indices.map(|index| Target { mig: Some(index), ..parent }).collect()
}

/// A device to compare with, lost or not.
fn described(target: Target) -> Gpu {
    Gpu { now: Moment::now(), target }
}

/// # Safety
///
/// `text` is NULL or NUL-terminated, and outlives the result.
unsafe fn string<'a>(text: *const c_char) -> Outcome<&'a str> {
    out::check(text)?;
    // SAFETY: not NULL, hence a string by the caller's word.
    unsafe { CStr::from_ptr(text) }.to_str().map_err(|_| INVALID_ARGUMENT)
}
