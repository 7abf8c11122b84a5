//! The system as a whole.

use std::ffi::{c_char, c_int};

use crate::call;
use crate::codes::{Code, NOT_FOUND};
use crate::moment::Moment;
use crate::out;
use crate::scenario::Process;

/// Exports functions that hand out one of the scenario's strings.
macro_rules! versions {
    ($($name:ident $field:ident;)+) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(buffer: *mut c_char, length: u32) -> Code {
            call::on_system(stringify!($name), |now| {
                // SAFETY: by NVML's contract the buffer is NULL or holds `length` bytes.
                unsafe { out::text(buffer, length, now.scenario.$field.as_bytes()) }
            })
        }
    )+};
}

versions! {
    nvmlSystemGetDriverVersion driver_version;
    nvmlSystemGetNVMLVersion nvml_version;
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlSystemGetCudaDriverVersion(version: *mut c_int) -> Code {
    // SAFETY: handed through.
    unsafe { cuda_version("nvmlSystemGetCudaDriverVersion", version) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlSystemGetCudaDriverVersion_v2(version: *mut c_int) -> Code {
    // SAFETY: handed through.
    unsafe { cuda_version("nvmlSystemGetCudaDriverVersion_v2", version) }
}

/// # Safety
///
/// `version` is NULL or valid for writing.
unsafe fn cuda_version(symbol: &'static str, version: *mut c_int) -> Code {
    call::on_system(symbol, |now| {
        out::check(version)?;
        let number = now.scenario.cuda_version.i32(now.time)?;
        // SAFETY: not NULL, hence valid by the caller's word.
        unsafe { version.write(number) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn nvmlSystemGetProcessName(pid: u32, buffer: *mut c_char, length: u32) -> Code {
    call::on_system("nvmlSystemGetProcessName", |now| {
        let process = find(now, pid).ok_or(NOT_FOUND)?;
        let name = process.name.clone().unwrap_or_else(|| format!("process-{pid}"));
        // SAFETY: by NVML's contract the buffer is NULL or holds `length` bytes.
        unsafe { out::text(buffer, length, name.as_bytes()) }
    })
}

fn find(now: &Moment, pid: u32) -> Option<&Process> {
    let mut processes = (0..now.gpu_count()).flat_map(|index| &now.scenario.gpu(index).processes);
    processes.find(|process| process.pid == pid && process.runs(now.time))
}
