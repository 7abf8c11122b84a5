//! What nvidia-smi and nvtop print.

use std::time::{Duration, Instant};

use super::gpus::sound;
use crate::collect::fuzz::{Framing, nvidia_smi, nvtop};

/// What `nvidia-smi -q -x` prints: listings, a second apart, with a zero between them.
pub(super) fn nvidia_smi_xml(bytes: &[u8]) {
    let (mut read, mut at) = (nvidia_smi::listings(), Instant::now());
    for listing in bytes.split(|byte| *byte == 0) {
        let Some(mut gpus) = read(listing, at) else { continue };
        sound(&gpus, listing.len());
        gpus.truncate(4);
        for gpu in &mut gpus {
            nvidia_smi::unify(gpu, 1 << 37, 1 << 36);
        }
        sound(&gpus, listing.len());
        at += Duration::from_secs(1);
    }
}

/// What `nvidia-smi --query-gpu` prints, with its heading: that names the fields that are
/// asked for, in the order in which they are.
pub(super) fn nvidia_smi_rows(bytes: &[u8]) {
    let heading = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let heading = String::from_utf8_lossy(heading);
    let name = |field: &str| field.split('[').next().unwrap_or_default().trim().to_owned();
    let names: Vec<_> = heading.split(',').map(name).collect();
    let help = ["\"", &names.join("\"\n\""), "\""].concat();
    if let Some(gpus) = nvidia_smi::rows(&help).and_then(|read| read(bytes)) {
        sound(&gpus, bytes.len());
    }
}

/// What `nvidia-smi --help-query-gpu` prints.
pub(super) fn nvidia_smi_help(bytes: &[u8]) {
    let help = String::from_utf8_lossy(bytes);
    let Some(query) = nvidia_smi::query(&help) else { return };
    // It is an argument of a program.
    let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '_' | ',');
    assert!(query.starts_with("index,count,") && query.chars().all(plain), "{query}");
    assert!(query.split(',').all(|name| help.contains(name)), "{query}");
}

/// How large the pieces are, a byte; then what nvidia-smi prints on and on.
pub(super) fn nvidia_smi_framing(bytes: &[u8]) {
    let _ = nvidia_smi::begins(bytes);
    framed(nvidia_smi::xml_framing, bytes);
    framed(nvidia_smi::csv_framing, bytes);
}

/// What `nvtop -s` prints.
pub(super) fn nvtop_json(bytes: &[u8]) {
    for gpus in nvtop::listings(bytes) {
        sound(&gpus, bytes.len());
    }
}

/// How large the pieces are, a byte; then what `nvtop -l` prints on and on.
pub(super) fn nvtop_framing(bytes: &[u8]) {
    let _ = nvtop::begins(bytes);
    framed(nvtop::framing, bytes);
}

/// Holds that listings are cut in the same places however the text arrives, and that nothing
/// is made up.
fn framed<F: Framing>(framing: impl Fn() -> F, bytes: &[u8]) {
    let Some((piece, text)) = bytes.split_first() else { return };
    let (whole, rest) = cut(framing(), text, text.len().max(1));
    assert!(whole.iter().all(|listing| !listing.is_empty()), "an empty listing");
    let length = whole.iter().map(Vec::len).sum::<usize>() + rest.len();
    assert!(length <= text.len(), "{length} bytes of {}", text.len());
    let pieces = cut(framing(), text, usize::from(*piece) + 1);
    assert!(pieces == (whole, rest), "in pieces of {} it is cut elsewhere", usize::from(*piece) + 1);
}

/// The listings, and what is left.
fn cut(mut framing: impl Framing, text: &[u8], piece: usize) -> (Vec<Vec<u8>>, Vec<u8>) {
    let (mut buffer, mut listings) = (Vec::new(), Vec::new());
    for piece in text.chunks(piece) {
        buffer.extend_from_slice(piece);
        while let Some(listing) = framing(&mut buffer) {
            listings.push(listing);
        }
    }
    (listings, buffer)
}
