//! Pages taken out of use, on GPUs before Ampere.

use std::ptr;

use crate::call;
use crate::codes::{Code, INVALID_ARGUMENT, Outcome};
use crate::gpu::Gpu;
use crate::handles::Handle;
use crate::out;

getters! {
    on_gpu nvmlDeviceGetRetiredPagesPendingStatus(gpu => pending: u32)
        gpu.spec().retired_pages.get()?.pending.u32(gpu.time());
}

/// Without the time stamps. Some callers count the pages with this one.
#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetRetiredPages(
    device: Handle,
    cause: u32,
    count: *mut u32,
    addresses: *mut u64,
) -> Code {
    call::on_gpu("nvmlDeviceGetRetiredPages", device, |gpu| {
        // SAFETY: by NVML's contract `addresses` holds as many entries as `count` says.
        unsafe { write(gpu, cause, count, addresses, ptr::null_mut()) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlDeviceGetRetiredPages_v2(
    device: Handle,
    cause: u32,
    count: *mut u32,
    addresses: *mut u64,
    timestamps: *mut u64,
) -> Code {
    call::on_gpu("nvmlDeviceGetRetiredPages_v2", device, |gpu| {
        // SAFETY: by NVML's contract both lists hold as many entries as `count` says.
        unsafe { write(gpu, cause, count, addresses, timestamps) }
    })
}

/// # Safety
///
/// As for [`out::list`], for either list.
unsafe fn write(
    gpu: &Gpu,
    cause: u32,
    count: *mut u32,
    addresses: *mut u64,
    timestamps: *mut u64,
) -> Outcome<()> {
    let retired = gpu.spec().retired_pages.get()?;
    let pages = match cause {
        0 => retired.single_bit.u32(gpu.time())?,
        1 => retired.double_bit.u32(gpu.time())?,
        _ => return Err(INVALID_ARGUMENT),
    };
    let pages: Vec<u64> = (0..u64::from(pages)).map(|page| page << 16).collect();
    // SAFETY: handed through.
    unsafe { out::list(count, addresses, &pages)? };
    if !timestamps.is_null() {
        // SAFETY: the addresses fitted, so the time stamps do.
        unsafe { ptr::write_bytes(timestamps, 0, pages.len()) };
    }
    Ok(())
}
