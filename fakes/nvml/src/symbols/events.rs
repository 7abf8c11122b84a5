//! Events.

use std::ffi::c_void;

use crate::codes::{Code, NOT_SUPPORTED};
use crate::events;
use crate::handles::Handle;
use crate::layout::EventData;
use crate::{call, out, session};

/// A `nvmlEventSet_t`.
type SetHandle = *mut c_void;

getters! {
    on_gpu nvmlDeviceGetSupportedEventTypes(gpu => types: u64) gpu.spec().event_types.u64(gpu.time());
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlEventSetCreate(set: *mut SetHandle) -> Code {
    call::on_system("nvmlEventSetCreate", |_| {
        out::check(set)?;
        // SAFETY: not NULL, hence valid by NVML's contract.
        unsafe { set.write(events::create()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
extern "C" fn nvmlEventSetFree(set: SetHandle) -> Code {
    call::on_system("nvmlEventSetFree", |_| events::free(set))
}

#[unsafe(no_mangle)]
extern "C" fn nvmlDeviceRegisterEvents(device: Handle, types: u64, set: SetHandle) -> Code {
    call::on_gpu("nvmlDeviceRegisterEvents", device, |gpu| {
        let supported = gpu.spec().event_types.u64(gpu.time())?;
        if types & !supported != 0 {
            return Err(NOT_SUPPORTED);
        }
        events::register(set, gpu, types)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlEventSetWait_v2(set: SetHandle, data: *mut EventData, timeout_ms: u32) -> Code {
    call::on_system("nvmlEventSetWait_v2", |_| {
        out::check(data)?;
        let event = events::wait(set, timeout_ms, session::check)?;
        // SAFETY: not NULL, hence valid by NVML's contract.
        unsafe { data.write(event) };
        Ok(())
    })
}
