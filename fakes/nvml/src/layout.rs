//! NVML's structures, as compiled on 64-bit Linux.

use std::ffi::c_char;

use crate::handles::Handle;

/// The version that callers must write into a versioned structure: its size, and the
/// version number in the top byte.
pub(crate) const fn version<T>(number: u32) -> u32 {
    // No structure here comes near the limit.
    #[expect(clippy::cast_possible_truncation, reason = "sizes of a few dozen bytes")]
    let size = size_of::<T>() as u32;
    size | (number << 24)
}

macro_rules! structures {
    ($($(#[$doc:meta])+ $name:ident = $size:literal { $($field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$doc])+
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub(crate) struct $name { $(pub(crate) $field: $kind),+ }
        const _: () = assert!(size_of::<$name>() == $size);
    )+};
}

structures! {
    /// `nvmlPciInfo_t`
    PciInfo = 68 {
        bus_id_legacy: [c_char; 16], domain: u32, bus: u32, device: u32,
        pci_device_id: u32, pci_subsystem_id: u32, bus_id: [c_char; 32],
    }
    /// `nvmlUtilization_t`
    Utilization = 8 { gpu: u32, memory: u32 }
    /// `nvmlMemory_t`
    Memory = 24 { total: u64, free: u64, used: u64 }
    /// `nvmlMemory_v2_t`
    MemoryV2 = 40 { version: u32, total: u64, reserved: u64, free: u64, used: u64 }
    /// `nvmlBAR1Memory_t`
    Bar1 = 24 { total: u64, free: u64, used: u64 }
    /// `nvmlConfComputeMemSizeInfo_t`
    ConfComputeMemory = 16 { protected_kib: u64, unprotected_kib: u64 }
    /// `nvmlTemperature_t`
    Temperature = 12 { version: u32, sensor: u32, celsius: i32 }
    /// `nvmlMarginTemperature_t`
    MarginTemperature = 8 { version: u32, celsius: i32 }
    /// `nvmlFanSpeedInfo_t`
    FanSpeed = 12 { version: u32, fan: u32, rpm: u32 }
    /// `nvmlViolationTime_t`
    ViolationTime = 16 { reference: u64, violation: u64 }
    /// `nvmlProcessInfo_t`
    ProcessInfo = 24 { pid: u32, memory: u64, gpu_instance: u32, compute_instance: u32 }
    /// `nvmlProcessDetail_v1_t`, which drivers 535.43 to 535.86 also used for
    /// `nvmlProcessInfo_t`
    ProcessDetail = 32 {
        pid: u32, memory: u64, gpu_instance: u32, compute_instance: u32, protected_memory: u64,
    }
    /// `nvmlProcessDetailList_t`
    ProcessDetailList = 24 { version: u32, mode: u32, count: u32, entries: *mut ProcessDetail }
    /// `nvmlProcessUtilizationSample_t`
    ProcessSample = 32 { pid: u32, timestamp: u64, sm: u32, memory: u32, encoder: u32, decoder: u32 }
    /// `nvmlSample_t`, its union as the bits of its largest member
    Sample = 16 { timestamp: u64, value: u64 }
    /// `nvmlFieldValue_t`, its union as the bits of its largest member
    FieldValue = 40 {
        field: u32, scope: u32, timestamp: i64, latency_us: i64, kind: u32, code: u32, value: u64,
    }
    /// `nvmlDeviceAttributes_t`
    Attributes = 40 {
        multiprocessors: u32, copy_engines: u32, decoders: u32, encoders: u32,
        jpeg: u32, ofa: u32, gpu_slices: u32, compute_slices: u32, memory_mb: u64,
    }
    /// `nvmlEventData_t`
    EventData = 32 {
        device: Handle, kind: u64, data: u64, gpu_instance: u32, compute_instance: u32,
    }
}
