//! The links to other GPUs.

use nvml_wrapper::Device;

use super::{
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::{
    collect::source::Reading,
    telemetry::{Metric, Reason},
};

/// `NVML_NVLINK_MAX_LINKS`, with room for what may come.
const MOST: u32 = 36;

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if visit.wants(Pace::Link, Metric::NvlinksActive) {
        let active = active(&visit.device)?;
        visit.put(Metric::NvlinksActive, |gpu| &mut gpu.nvlinks_active, active);
    }
    Ok(())
}

fn active(device: &Device<'_>) -> Result<Reading<u32>, Stop> {
    let mut active = 0;
    for link in 0..MOST {
        match settle(device.link_wrapper_for(link).is_active())? {
            Ok(up) => active += u32::from(up),
            // One past the last link; a GPU without any refuses the first.
            Err(Reason::NotSupported) if link > 0 => break,
            Err(reason) => return Ok(Err(reason)),
        }
    }
    Ok(Ok(active))
}
