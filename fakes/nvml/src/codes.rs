//! NVML's return codes.

use std::ffi::CStr;

/// A `nvmlReturn_t`.
pub(crate) type Code = u32;

/// What a call came to: its value, or the code that NVML would return instead.
pub(crate) type Outcome<T> = Result<T, Code>;

pub(crate) const SUCCESS: Code = 0;
pub(crate) const UNINITIALIZED: Code = 1;
pub(crate) const INVALID_ARGUMENT: Code = 2;
pub(crate) const NOT_SUPPORTED: Code = 3;
pub(crate) const NOT_FOUND: Code = 6;
pub(crate) const INSUFFICIENT_SIZE: Code = 7;
pub(crate) const TIMEOUT: Code = 10;
pub(crate) const FUNCTION_NOT_FOUND: Code = 13;
pub(crate) const GPU_IS_LOST: Code = 15;
pub(crate) const ARGUMENT_VERSION_MISMATCH: Code = 25;
pub(crate) const UNKNOWN: Code = 999;

/// The text that NVML has for a code.
pub(crate) fn text(code: Code) -> &'static CStr {
    match code {
        SUCCESS => c"Success",
        UNINITIALIZED => c"Uninitialized",
        INVALID_ARGUMENT => c"Invalid Argument",
        NOT_SUPPORTED => c"Not Supported",
        4 => c"Insufficient Permissions",
        5 => c"Already Initialized",
        NOT_FOUND => c"Not Found",
        INSUFFICIENT_SIZE => c"Insufficient Size",
        8 => c"Insufficient External Power",
        9 => c"Driver Not Loaded",
        TIMEOUT => c"Timeout",
        11 => c"Interrupt Request Issue",
        12 => c"NVML Shared Library Not Found",
        FUNCTION_NOT_FOUND => c"Function Not Found",
        14 => c"Corrupted infoROM",
        GPU_IS_LOST => c"GPU is lost",
        16 => c"GPU requires reset",
        17 => c"GPU access blocked by the operating system",
        18 => c"Driver/library version mismatch",
        19 => c"In use by another client",
        20 => c"Insufficient Memory",
        21 => c"No data",
        22 => c"The requested vgpu operation is not available on target device, ECC is enabled",
        23 => c"Insufficient Resources",
        24 => c"Requested frequency is not supported",
        ARGUMENT_VERSION_MISMATCH => c"Argument version mismatch",
        26 => c"Requested functionality has been deprecated",
        27 => c"The system is not ready for the request",
        28 => c"No GPUs were found",
        29 => c"Resource is not in the correct state to perform requested operation",
        UNKNOWN => c"Unknown Error",
        _ => c"Unknown error code",
    }
}
