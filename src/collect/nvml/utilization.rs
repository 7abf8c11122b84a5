//! How busy the GPU's parts are.

use super::{
    raw,
    reason::{Stop, settle},
    visit::{Pace, Visit},
};
use crate::telemetry::Metric;

pub(super) fn read(visit: &mut Visit<'_>) -> Result<(), Stop> {
    if visit.wants(Pace::Sample, Metric::Utilization) {
        let rates = settle(visit.device.utilization_rates())?;
        let (gpu, memory) = (rates.as_ref().map(|rates| rates.gpu), rates.as_ref().map(|rates| rates.memory));
        visit.put(Metric::Utilization, |gpu| &mut gpu.utilization, gpu.map_err(|reason| *reason));
        visit.put(
            Metric::MemoryUtilization,
            |gpu| &mut gpu.memory_utilization,
            memory.map_err(|reason| *reason),
        );
    }
    visit.take(
        Pace::Sample,
        Metric::EncoderUtilization,
        |gpu| &mut gpu.encoder_utilization,
        |device| device.encoder_utilization().map(|encoder| encoder.utilization),
    )?;
    visit.take(
        Pace::Sample,
        Metric::DecoderUtilization,
        |gpu| &mut gpu.decoder_utilization,
        |device| device.decoder_utilization().map(|decoder| decoder.utilization),
    )?;
    visit.take(Pace::Sample, Metric::JpegUtilization, |gpu| &mut gpu.jpeg_utilization, raw::jpeg)?;
    visit.take(Pace::Sample, Metric::OfaUtilization, |gpu| &mut gpu.ofa_utilization, raw::ofa)
}
