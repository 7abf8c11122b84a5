//! How often the driver is called per sample, as one JSON object: by the source itself,
//! over the fake library that is named, at a pace that is only told.
#![expect(unsafe_code, reason = "it loads a library in C's manner")]

use std::{
    env,
    ffi::{c_char, c_void},
    io,
    path::Path,
    process::ExitCode,
    ptr,
    time::{Duration, Instant},
};

use bench::fake::Machine;
use gpu_observatory::collect::{NvmlSource, Source};
use libloading::os::unix::{Library, RTLD_LAZY, RTLD_LOCAL};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// Long enough for all that is asked for less often than each time.
const SECONDS: u32 = 120;
/// Calls of one function, to see what the fake itself takes.
const MANY: u32 = 100_000;

fn main() -> ExitCode {
    let library = env::args_os().nth(1).unwrap_or_else(|| "target/release/libfake_nvml.so".into());
    match measure(Path::new(&library)) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("calls: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Calls per sample, on the mean of two minutes and in the steady case, at both rates.
fn measure(library: &Path) -> io::Result<Value> {
    let machine = Machine::usual(library)?;
    let library = machine.folder().join("libnvidia-ml.so.1");
    let mut source =
        NvmlSource::open(Some(&library)).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let begin = Instant::now();
    let mut all = json!({"fakeNanosPerCall": fake_nanos(&library)?});
    let mut now = begin;
    for (name, hertz) in [("hz1", 1), ("hz10", 10)] {
        let samples = SECONDS * hertz;
        let mut costs = Vec::new();
        for _ in 0..samples {
            now += Duration::from_secs(1) / hertz;
            let before = calls(&library)?;
            source.read(now).map_err(|error| io::Error::other(format!("{error:?}")))?;
            costs.push(calls(&library)? - before);
        }
        let total = u32::try_from(costs.iter().sum::<u64>()).unwrap_or(u32::MAX);
        all[name] = json!({
            "mean": f64::from(total) / f64::from(samples),
            "least": costs.iter().min(),
            "most": costs.iter().max(),
        });
    }
    Ok(all)
}

/// All calls so far. Those that wait for announcements are among them: four a second.
fn calls(library: &Path) -> io::Result<u64> {
    type Calls = unsafe extern "C" fn(*const c_char) -> u64;
    // SAFETY: the fake runs no code when it is loaded, and is loaded already.
    let library =
        unsafe { Library::open(Some(library), RTLD_LAZY | RTLD_LOCAL) }.map_err(io::Error::other)?;
    // SAFETY: the signature is that of the fake's source, and NULL means all.
    unsafe { Ok(library.get::<Calls>(b"fake_nvml_calls").map_err(io::Error::other)?(ptr::null())) }
}

/// What one call of the fake takes: what is left when nothing else costs anything.
fn fake_nanos(library: &Path) -> io::Result<f64> {
    type Handle = unsafe extern "C" fn(u32, *mut *mut c_void) -> u32;
    type Power = unsafe extern "C" fn(*mut c_void, *mut u32) -> u32;
    // SAFETY: as above; the source has initialised it. The signatures are those of nvml.h.
    unsafe {
        let library = Library::open(Some(library), RTLD_LAZY | RTLD_LOCAL).map_err(io::Error::other)?;
        let handle = library.get::<Handle>(b"nvmlDeviceGetHandleByIndex_v2").map_err(io::Error::other)?;
        let power = library.get::<Power>(b"nvmlDeviceGetPowerUsage").map_err(io::Error::other)?;
        let mut gpu = ptr::null_mut();
        handle(0, &raw mut gpu);
        let begun = clock_gettime(ClockId::ThreadCPUTime);
        for _ in 0..MANY {
            let mut milliwatts = 0;
            power(gpu, &raw mut milliwatts);
        }
        // Not the time that passed: others use the machine as well.
        let spent = clock_gettime(ClockId::ThreadCPUTime) - begun;
        Ok(Duration::try_from(spent).unwrap_or_default().as_secs_f64() * 1e9 / f64::from(MANY))
    }
}
