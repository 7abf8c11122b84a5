//! A `libnvidia-ml.so.1` without a GPU.
//!
//! It exports the C symbols of NVIDIA's NVML that monitoring programs call and
//! answers them from `scenario.json` beside the library file, so that the real
//! clients run unchanged against any machine a test can describe. See `README.md`
//! for the format.

// NVML names its functions in camel case, and the exported names must match.
#![allow(non_snake_case)]
#![expect(unsafe_code, reason = "it is a library in C's manner")]

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
compile_error!("handles and struct layouts are those of NVML on 64-bit Linux");

#[macro_use]
mod export;

mod call;
mod clock;
mod codes;
mod counter;
mod events;
mod gpu;
mod handles;
mod home;
mod layout;
mod locked;
mod moment;
mod out;
mod scenario;
mod session;
mod state;
mod symbols;
mod value;
