//! One listing of `nvidia-smi -q -x`.
//!
//! The layouts from driver 418 (2019) on are all read by the same rules: what is
//! not there is not reported, what is unknown is passed over.

use std::{collections::BTreeMap, time::Instant};

use super::{
    Malformed,
    failure::TOO_LONG,
    finish,
    gpu::{self, Driver},
    held,
    tree::Element,
};
use crate::{
    collect::{shares::Tally, source::Reading},
    telemetry::{Gpu, GpuState, Metric},
};

/// No machine has more.
const MOST_GPUS: usize = 1024;

/// Reads listings, one after the other, that came at these times: the GPUs of each,
/// in its order, which is that of their indices. What takes several listings to tell
/// is remembered in between.
///
/// Fails when it is no listing, or not a whole one. What is wrong with a value or with
/// a GPU costs that value or that GPU.
pub(super) fn reader() -> impl FnMut(&[u8], Instant) -> Result<Vec<Gpu>, Malformed> + Send + 'static {
    let mut tallies = BTreeMap::<String, Tally>::new();
    move |listing, at| {
        let text = String::from_utf8_lossy(listing);
        let root = Element::root(&text)?;
        if !root.is("nvidia_smi_log") {
            return Err(Malformed("is not a listing of GPUs"));
        }
        let driver = Driver::of(&root);
        let gpus = root.children.iter().filter(|child| child.is("gpu"));
        if gpus.clone().count() > MOST_GPUS {
            return Err(TOO_LONG);
        }
        let gpus: Vec<_> =
            (0..).zip(gpus).map(|(index, gpu)| read(index, gpu, &driver, &mut tallies, at)).collect();
        tallies.retain(|key, _| gpus.iter().any(|gpu| gpu.key() == *key));
        Ok(gpus)
    }
}

fn read(
    index: u32,
    element: &Element,
    driver: &Driver,
    tallies: &mut BTreeMap<String, Tally>,
    at: Instant,
) -> Gpu {
    let (mut gpu, trouble) = gpu::read(index, element, driver);
    finish::finish(&mut gpu, trouble);
    if gpu.state == GpuState::Ok {
        let shares: Reading<_> = held::listed(element)
            .and_then(|counters| tallies.entry(gpu.key()).or_default().add(at, counters));
        gpu.set(Metric::LimiterShares, |gpu| &mut gpu.limiter_shares, shares);
    }
    gpu
}
