//! The border to the driver's library: what the wrapper does not offer, or not
//! in a form that is safe or cheap enough. The only unsafe code is in here.
#![expect(unsafe_code, reason = "the driver's library is C")]

use std::ffi::{c_char, c_int, c_uint};

use nvml_wrapper::{
    Device, EventSet, Nvml,
    bitmasks::event::EventTypes,
    error::{NvmlError, nvml_sym, nvml_try},
};
use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlMemory_t, nvmlProcessUtilizationSample_t};

/// A GPU's handle, to be kept beside the `Nvml` that it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Handle(nvmlDevice_t);

// SAFETY: a handle is a name for a device, never followed on this side, and NVML
// may be called from any thread; the wrapper's own `Device` is `Send` for the same
// reason.
unsafe impl Send for Handle {}

impl Handle {
    pub(super) fn of(device: &Device<'_>) -> Self {
        // SAFETY: the handle goes back into a `Device` only, by `device` below.
        Self(unsafe { device.handle() })
    }

    /// The device again. Looking it up anew instead costs milliseconds.
    pub(super) fn device(self, nvml: &Nvml) -> Device<'_> {
        // SAFETY: the handle came from a `Device`. A source keeps one `Nvml` and
        // drops its handles with it; of a handle that went stale the driver says so.
        unsafe { Device::new(self.0, nvml) }
    }
}

/// Calls a function on a device.
macro_rules! call {
    ($device:ident . $symbol:ident ( $($argument:expr),* )) => {
        nvml_sym($device.nvml().lib().$symbol.as_ref()).and_then(|symbol| {
            // SAFETY: the signature is the header's, the handle is the device's, and
            // each pointer is to a live place of the type that the signature names.
            nvml_try(unsafe { symbol($device.handle() $(, $argument)*) })
        })
    };
}

pub(super) fn name(device: &Device<'_>) -> Result<String, NvmlError> {
    text(|buffer, length| call!(device.nvmlDeviceGetName(buffer, length)))
}

pub(super) fn uuid(device: &Device<'_>) -> Result<String, NvmlError> {
    text(|buffer, length| call!(device.nvmlDeviceGetUUID(buffer, length)))
}

/// The wrapper gives up a whole name for one byte that is not UTF-8.
fn text(call: impl FnOnce(*mut c_char, c_uint) -> Result<(), NvmlError>) -> Result<String, NvmlError> {
    // The header's longest, for names and for UUIDs.
    const LENGTH: u8 = 96;
    let mut buffer = [0_u8; LENGTH as usize];
    call(buffer.as_mut_ptr().cast(), LENGTH.into())?;
    let end = buffer.iter().position(|byte| *byte == 0).unwrap_or(buffer.len());
    Ok(String::from_utf8_lossy(&buffer[..end]).into_owned())
}

/// Without `libcuda`, in which the wrapper's call looks.
pub(super) fn cuda_version(nvml: &Nvml) -> Result<c_int, NvmlError> {
    let mut version = 0;
    let symbol = nvml_sym(nvml.lib().nvmlSystemGetCudaDriverVersion.as_ref())?;
    // SAFETY: the signature is the header's and the pointer is to a live integer.
    nvml_try(unsafe { symbol(&raw mut version) })?;
    Ok(version)
}

/// Bytes, as drivers before 510 tell them: what is reserved counts as used.
pub(super) fn memory_v1(device: &Device<'_>) -> Result<nvmlMemory_t, NvmlError> {
    let mut memory = nvmlMemory_t { total: 0, free: 0, used: 0 };
    call!(device.nvmlDeviceGetMemoryInfo(&raw mut memory))?;
    Ok(memory)
}

/// %.
pub(super) fn jpeg(device: &Device<'_>) -> Result<u32, NvmlError> {
    let (mut busy, mut period) = (0, 0);
    call!(device.nvmlDeviceGetJpgUtilization(&raw mut busy, &raw mut period))?;
    Ok(busy)
}

/// %.
pub(super) fn ofa(device: &Device<'_>) -> Result<u32, NvmlError> {
    let (mut busy, mut period) = (0, 0);
    call!(device.nvmlDeviceGetOfaUtilization(&raw mut busy, &raw mut period))?;
    Ok(busy)
}

/// % of the only fan that drivers before 530 tell of.
pub(super) fn fan(device: &Device<'_>) -> Result<u32, NvmlError> {
    let mut speed = 0;
    call!(device.nvmlDeviceGetFanSpeed(&raw mut speed))?;
    Ok(speed)
}

/// 0 to 15, or 32 where the driver does not know.
pub(super) fn performance_state(device: &Device<'_>) -> Result<u32, NvmlError> {
    let mut state = 0;
    call!(device.nvmlDeviceGetPerformanceState(&raw mut state))?;
    Ok(state)
}

/// All bits; the wrapper drops those that it does not know.
pub(super) fn limiters(device: &Device<'_>) -> Result<u64, NvmlError> {
    let mut bits = 0;
    if device.nvml().lib().nvmlDeviceGetCurrentClocksEventReasons.is_ok() {
        call!(device.nvmlDeviceGetCurrentClocksEventReasons(&raw mut bits))?;
    } else {
        call!(device.nvmlDeviceGetCurrentClocksThrottleReasons(&raw mut bits))?;
    }
    Ok(bits)
}

/// Rows remapped for uncorrectable errors, whether some wait for a reset, and
/// whether remapping failed.
pub(super) fn remapped_rows(device: &Device<'_>) -> Result<(u32, bool, bool), NvmlError> {
    let (mut corrected, mut uncorrected, mut pending, mut failed) = (0, 0, 0, 0);
    call!(device.nvmlDeviceGetRemappedRows(
        &raw mut corrected,
        &raw mut uncorrected,
        &raw mut pending,
        &raw mut failed
    ))?;
    Ok((uncorrected, pending != 0, failed != 0))
}

/// Of a MIG device.
pub(super) fn gpu_instance(device: &Device<'_>) -> Result<u32, NvmlError> {
    let mut id = 0;
    call!(device.nvmlDeviceGetGpuInstanceId(&raw mut id))?;
    Ok(id)
}

/// Of a MIG device.
pub(super) fn compute_instance(device: &Device<'_>) -> Result<u32, NvmlError> {
    let mut id = 0;
    call!(device.nvmlDeviceGetComputeInstanceId(&raw mut id))?;
    Ok(id)
}

/// Whether the driver announces XID errors of this device.
pub(super) fn announces_errors(device: &Device<'_>) -> bool {
    device.supported_event_types().is_ok_and(|types| types.contains(EventTypes::CRITICAL_XID_ERROR))
}

/// Adds a device to those whose XID errors a set waits for. The wrapper's call frees
/// the set, and all that was registered with it, where it fails for one device.
pub(super) fn register(device: &Device<'_>, set: &EventSet<'_>) -> Result<(), NvmlError> {
    let types = EventTypes::CRITICAL_XID_ERROR.bits();
    // SAFETY: the set outlives the call, and no second owner of it is made.
    let set = unsafe { set.handle() };
    call!(device.nvmlDeviceRegisterEvents(types, set))
}

/// Which list of processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Compute,
    Graphics,
    Mps,
}

/// An entry of such a list, as drivers 535.43 to 535.86 write it. All others end
/// it before the last field.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LongEntry {
    pub(super) pid: u32,
    /// Bytes; `u64::MAX` where not available.
    pub(super) memory: u64,
    /// `u32::MAX` where there is none.
    pub(super) gpu_instance: u32,
    /// `u32::MAX` where there is none.
    pub(super) compute_instance: u32,
    protected_memory: u64,
}

/// `nvmlProcessInfo_t` of all other drivers.
#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    pid: u32,
    memory: u64,
    gpu_instance: u32,
    compute_instance: u32,
}

const _: () = assert!(size_of::<LongEntry>() == 32 && size_of::<Entry>() == 24);

/// A list of processes. `room` is how many were enough last time: so one call is
/// enough where the wrapper needs two.
pub(super) fn processes(
    device: &Device<'_>,
    list: List,
    long_entries: bool,
    room: &mut u32,
) -> Result<Vec<LongEntry>, NvmlError> {
    // Room for long entries whatever the driver, so that it can never write past the end.
    let mut entries = fill(room, |entries: *mut LongEntry, count| {
        let place = entries.cast();
        match list {
            List::Compute if device.nvml().lib().nvmlDeviceGetComputeRunningProcesses_v3.is_err() => {
                call!(device.nvmlDeviceGetComputeRunningProcesses_v2(count, place))
            }
            List::Graphics if device.nvml().lib().nvmlDeviceGetGraphicsRunningProcesses_v3.is_err() => {
                call!(device.nvmlDeviceGetGraphicsRunningProcesses_v2(count, place))
            }
            List::Compute => call!(device.nvmlDeviceGetComputeRunningProcesses_v3(count, place)),
            List::Graphics => call!(device.nvmlDeviceGetGraphicsRunningProcesses_v3(count, place)),
            List::Mps => call!(device.nvmlDeviceGetMPSComputeRunningProcesses_v3(count, place)),
        }
    })?;
    if !long_entries {
        // From the last to the first: a long one takes the place of short ones behind its own.
        for index in (0..entries.len()).rev() {
            // SAFETY: the driver wrote this many short entries one after the other, which
            // take less place than the long ones of the vector; any bits are an entry.
            let short = unsafe { entries.as_ptr().cast::<Entry>().add(index).read() };
            entries[index] = LongEntry {
                pid: short.pid,
                memory: short.memory,
                gpu_instance: short.gpu_instance,
                compute_instance: short.compute_instance,
                protected_memory: 0,
            };
        }
    }
    Ok(entries)
}

/// A process's use of the GPU over the driver's sample period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) pid: u32,
    /// Microseconds by the driver's clock.
    pub(super) time: u64,
    /// %.
    pub(super) sm: u32,
}

/// What was sampled after `since`; nothing at all is `NotFound`.
pub(super) fn process_samples(
    device: &Device<'_>,
    since: u64,
    room: &mut u32,
) -> Result<Vec<Sample>, NvmlError> {
    let samples = fill(room, |samples: *mut SampleEntry, count| {
        call!(device.nvmlDeviceGetProcessUtilization(samples.cast(), count, since))
    })?;
    Ok(samples.iter().map(|SampleEntry(s)| Sample { pid: s.pid, time: s.timeStamp, sm: s.smUtil }).collect())
}

#[repr(transparent)]
#[derive(Clone, Copy)]
struct SampleEntry(nvmlProcessUtilizationSample_t);

impl Default for SampleEntry {
    fn default() -> Self {
        Self(nvmlProcessUtilizationSample_t {
            pid: 0,
            timeStamp: 0,
            smUtil: 0,
            memUtil: 0,
            encUtil: 0,
            decUtil: 0,
        })
    }
}

/// Lets the driver fill a list whose length it alone knows. More entries may
/// appear between two calls, so the room grows until they fit.
fn fill<T: Clone + Default>(
    room: &mut u32,
    mut call: impl FnMut(*mut T, *mut c_uint) -> Result<(), NvmlError>,
) -> Result<Vec<T>, NvmlError> {
    const SPARE: u32 = 8;
    const MOST: u32 = 1 << 16;
    let mut tries = 0;
    loop {
        let mut entries = vec![T::default(); *room as usize];
        let mut count = *room;
        match call(entries.as_mut_ptr(), &raw mut count) {
            Ok(()) => {
                entries.truncate(count as usize);
                return Ok(entries);
            }
            Err(NvmlError::InsufficientSize(_)) if tries < 4 => {
                *room = count.saturating_add(SPARE).max(*room * 2).min(MOST);
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether this driver writes long entries into its lists of processes.
pub(super) fn has_long_entries(driver: &str) -> bool {
    let mut parts = driver.split('.').map(|part| part.parse().unwrap_or(0_u32));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    ((535, 43)..(535, 98)).contains(&version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_drivers_with_long_entries_are_taken_for_such() {
        for (driver, long) in [
            ("535.43.02", true),
            ("535.86.10", true),
            ("535.98", false),
            ("535.104.05", false),
            ("530.41.03", false),
            ("580.65.06", false),
            ("", false),
        ] {
            assert_eq!(has_long_entries(driver), long, "{driver}");
        }
    }

    #[test]
    fn a_list_that_grows_while_it_is_asked_for_is_asked_for_again() {
        let mut room = 2;
        let mut driver = 3;
        let entries = fill(&mut room, |entries: *mut u32, count: *mut c_uint| {
            driver += 4;
            // SAFETY: `fill` hands out as much room as it says.
            unsafe {
                if *count < driver {
                    *count = driver;
                    return Err(NvmlError::InsufficientSize(None));
                }
                *count = driver;
                entries.write(7);
            }
            Ok(())
        });
        assert_eq!(entries.map(|entries| (entries.len(), entries[0])).ok(), Some((11, 7)));
        assert!(room >= 11);
    }

    #[test]
    fn a_list_that_never_fits_is_an_error() {
        let answer = fill(&mut 1, |_: *mut u32, _| Err(NvmlError::InsufficientSize(None)));
        assert!(answer.is_err());
    }
}
