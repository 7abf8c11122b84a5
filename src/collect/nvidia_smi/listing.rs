//! One listing of `nvidia-smi -q -x`.
//!
//! The layouts from driver 418 (2019) on are all read by the same rules: what is
//! not there is not reported, what is unknown is passed over.

use super::{
    Malformed, finish,
    gpu::{self, Driver},
    tree::Element,
};
use crate::telemetry::Gpu;

/// The GPUs of a listing, in its order, which is that of their indices.
///
/// # Errors
/// When it is no listing, or not a whole one. What is wrong with a value or with
/// a GPU costs that value or that GPU.
pub(super) fn parse(listing: &[u8]) -> Result<Vec<Gpu>, Malformed> {
    let text = String::from_utf8_lossy(listing);
    let root = Element::root(&text)?;
    if !root.is("nvidia_smi_log") {
        return Err(Malformed("is not a listing of GPUs"));
    }
    let driver = Driver::of(&root);
    let gpus = root.children.iter().filter(|child| child.is("gpu"));
    Ok((0..)
        .zip(gpus)
        .map(|(index, element)| {
            let (mut gpu, trouble) = gpu::read(index, element, &driver);
            finish::finish(&mut gpu, trouble);
            gpu
        })
        .collect())
}
