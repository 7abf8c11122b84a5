//! The seed as a text in the page.

use leptos::server::codee::{Decoder, Encoder};

use crate::telemetry::Snapshot;

/// Writes the seed as every message is written, and reads it as every message is read.
#[derive(Debug)]
pub(super) struct SeedCodec;

impl Encoder<Snapshot> for SeedCodec {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(seed: &Snapshot) -> Result<String, Self::Error> {
        serde_json::to_string(seed)
    }
}

impl Decoder<Snapshot> for SeedCodec {
    type Error = ();
    type Encoded = str;

    fn decode(text: &str) -> Result<Snapshot, Self::Error> {
        Snapshot::read(text).ok_or(())
    }
}
